namespace Actant.Storage;

/// <summary>
/// The store did not answer, or the answer was lost: what was asked may or may not have happened. Repeating the very same
/// call is safe and tells.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
