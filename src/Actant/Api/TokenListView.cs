namespace Actant.Api;

/// <summary>A page of keys.</summary>
/// <param name="Tokens">The keys, without their texts.</param>
/// <param name="NextCursor">Where the next page begins; none after the last.</param>
public sealed record TokenListView(IReadOnlyList<TokenView> Tokens, string? NextCursor);
