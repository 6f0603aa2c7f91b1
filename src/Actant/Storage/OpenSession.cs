namespace Actant.Storage;

/// <summary>What a node says of itself when it opens a session.</summary>
/// <param name="Node">A name for people: host and process.</param>
/// <param name="Length">The length asked for; 10 s by default elsewhere.</param>
public sealed record OpenSession(string Node, TimeSpan Length);
