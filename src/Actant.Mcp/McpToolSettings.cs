using System.Text.Json;
using System.Text.RegularExpressions;

namespace Actant.Mcp;

/// <summary>The <c>config</c> of a tool of type <c>mcp</c>.</summary>
internal sealed record McpToolSettings
{
    /// <summary>The server of the configuration.</summary>
    public string? Server { get; init; }

    /// <summary>Or the address of one.</summary>
    public string? Url { get; init; }

    /// <summary>What is sent there.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The one tool that is meant, by the server's own name; all if absent.</summary>
    public string? Tool { get; init; }

    /// <summary>Of all, which.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>And which of these not.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>What is put before their names.</summary>
    public string? Prefix { get; init; }

    /// <summary>What was listed of the tool, when it was; written by the engine.</summary>
    public string? Listed { get; init; }

    /// <summary>Whether a name is among some patterns.</summary>
    public static bool IsAmong(string name, IEnumerable<string> patterns) => patterns.Any(pattern => Matches(name, pattern));

    private static bool Matches(string name, string pattern) => pattern.Contains('*', StringComparison.Ordinal)
        ? Regex.IsMatch(name, $@"\A{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}\z", RegexOptions.NonBacktracking | RegexOptions.Singleline)
        : name == pattern;

    /// <summary>The <c>config</c> of one tool that was listed.</summary>
    public JsonElement Of(CheckedTool tool)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (Server is not null)
            {
                writer.WriteString("server", Server);
            }
            else
            {
                writer.WriteString("url", Url);
                writer.WriteStartObject("headers");
                foreach (var (name, value) in Headers)
                {
                    writer.WriteString(name, value);
                }

                writer.WriteEndObject();
            }

            writer.WriteString("tool", tool.Name);
            writer.WriteString("listed", tool.Digest);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan, JsonLimits.Decoding);
    }
}
