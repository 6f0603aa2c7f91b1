namespace Actant.Storage;

/// <summary>What a node says of itself when it opens a session.</summary>
/// <param name="Node">A name for people: host and process.</param>
/// <param name="Length">The length asked for; 10 s by default elsewhere.</param>
/// <param name="Address">Where other nodes reach it; <c>null</c> if they cannot. Up to 255 characters.</param>
public sealed record OpenSession(string Node, TimeSpan Length, string? Address = null)
{
    /// <summary>What it has that executions may need: it is given threads that were left for want of these. At most 2,000, each as in <see cref="AppendRequest.Needs"/>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];
}
