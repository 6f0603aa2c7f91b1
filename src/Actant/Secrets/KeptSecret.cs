namespace Actant.Secrets;

/// <summary>What a store tells of a secret.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hosts">For which hosts it may be used; for all if empty.</param>
public sealed record KeptSecret(string Name, IReadOnlyList<string> Hosts);
