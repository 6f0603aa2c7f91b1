namespace Actant;

/// <summary>
/// What was asked for is large, and as much is in memory as may be: it was not even read. The same may pass a moment later.
/// </summary>
/// <param name="message">Whose share is full.</param>
public sealed class MemoryFullException(string message) : Exception(message);
