namespace Actant.Loops;

/// <summary>Leaves a loop whose lease is gone.</summary>
internal sealed class LeaseLostException : Exception;
