namespace Actant.Events;

/// <summary>A reader fell behind its buffer and must begin again from the stored entries.</summary>
internal sealed class ReaderTooSlowException : Exception;
