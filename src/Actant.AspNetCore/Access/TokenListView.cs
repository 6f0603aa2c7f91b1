namespace Actant.AspNetCore.Access;

internal sealed record TokenListView(IReadOnlyList<TokenView> Tokens, string? NextCursor);
