namespace Actant.AspNetCore.Peers;

/// <summary>How the nodes of a cluster talk to each other.</summary>
/// <param name="Key">What they know each other by: the same text on all of them, at least 16 characters.</param>
public sealed record PeerOptions(string Key)
{
    /// <summary>The fewest characters of a key.</summary>
    public const int ShortestKey = 16;
}
