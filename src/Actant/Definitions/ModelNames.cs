namespace Actant.Definitions;

/// <summary>Which provider a model's bare name belongs to.</summary>
internal static class ModelNames
{
    private static readonly (string Prefix, string Provider)[] s_prefixes =
    [
        ("gpt-", "openai"),
        ("chatgpt-", "openai"),
        ("codex-", "openai"),
        ("o1", "openai"),
        ("o3", "openai"),
        ("o4", "openai"),
        ("claude-", "anthropic"),
        ("scripted-", "scripted"),
        ("llama", "groq"),
        ("meta-llama/", "groq"),
        ("mixtral", "groq"),
        ("gemma", "groq"),
        ("qwen", "groq"),
        ("deepseek-r1-distill", "groq"),
        ("moonshotai/", "groq"),
        ("openai/gpt-oss", "groq"),
    ];

    /// <summary>Names that tell their provider, as a pattern: what <see cref="ProviderOf"/> knows.</summary>
    public static string Pattern { get; } =
        $"^(scripted|calculator)$|^({string.Join('|', s_prefixes.Select(static prefix => prefix.Prefix))})|^[^/]+/[\\s\\S]";

    /// <summary>
    /// The provider, and the name without it where it was written in front (<c>groq/llama-3.1-8b-instant</c>,
    /// <c>ollama/llama3.2</c>). <c>null</c> if neither the table nor the name tells.
    /// </summary>
    public static (string Provider, string ModelName)? ProviderOf(string name)
    {
        if (name is "scripted" or "calculator")
        {
            return ("scripted", name);
        }

        foreach (var (prefix, provider) in s_prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return (provider, name);
            }
        }

        var slash = name.IndexOf('/');
        return slash > 0 && slash < name.Length - 1 ? (name[..slash], name[(slash + 1)..]) : null;
    }
}
