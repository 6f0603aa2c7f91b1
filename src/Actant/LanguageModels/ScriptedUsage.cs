namespace Actant.LanguageModels;

/// <summary>Token counts that a step states; what is <c>null</c> is counted.</summary>
internal sealed record ScriptedUsage(int? InputTokens, int? OutputTokens, int? CachedTokens);
