namespace Actant.Storage;

/// <summary>
/// The store did not answer, or the answer was lost: what was asked may or may not have happened. Repeating the very same
/// call is safe and tells.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// What is wrong and how to mend it, where the store knows: for people, and without an address or a path, so that anybody may read it.
    /// </summary>
    public string? Remedy { get; init; }

    /// <summary>Whether there is no room for more: what is removed makes some, what is sent again does not.</summary>
    public bool IsFull { get; init; }
}
