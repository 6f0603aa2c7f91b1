namespace Actant.LanguageModels;

/// <summary>How fast an answer comes; what is <c>null</c> is taken from the options, then from the defaults.</summary>
internal sealed record ScriptedPace(int? DelayMs = null, int? TokenDelayMs = null, int? TokensPerChunk = null)
{
    public TimeSpan Delay => TimeSpan.FromMilliseconds(DelayMs ?? 0);

    public TimeSpan TokenDelay => TimeSpan.FromMilliseconds(TokenDelayMs ?? 0);

    public int ChunkSize => TokensPerChunk ?? 1;

    public ScriptedPace Over(ScriptedPace defaults) => new(
        DelayMs ?? defaults.DelayMs, TokenDelayMs ?? defaults.TokenDelayMs, TokensPerChunk ?? defaults.TokensPerChunk);
}
