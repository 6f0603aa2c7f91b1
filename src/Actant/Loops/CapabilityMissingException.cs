namespace Actant.Loops;

/// <summary>A definition cannot be used by this process, but by one that has what it needs.</summary>
internal sealed class CapabilityMissingException(IReadOnlyList<string> needs, Exception cause) : Exception(cause.Message, cause)
{
    /// <summary>What that is; see <see cref="Storage.AppendRequest.Needs"/>.</summary>
    public IReadOnlyList<string> Needs { get; } = needs;
}
