using System.Runtime.CompilerServices;

namespace Actant.AspNetCore.Peers;

/// <summary>How the nodes of a cluster talk to each other.</summary>
/// <param name="Key">What they know each other by: the same text on all of them, at least 16 characters.</param>
public sealed record PeerOptions(string Key)
{
    /// <summary>The fewest characters of a key.</summary>
    public const int ShortestKey = 16;

    /// <summary>What they know each other by.</summary>
    public string Key { get; init => field = Checked(value); } = Checked(Key);

    // The message does not repeat it.
    private static string Checked(string key, [CallerMemberName] string option = "") => key is { Length: >= ShortestKey }
        ? key
        : throw new ArgumentException($"{option} must have at least {ShortestKey} characters.", option);
}
