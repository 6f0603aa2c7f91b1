using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.LanguageModels;

namespace Actant.Anthropic;

/// <summary>
/// A line of a stream as the SDK takes it. Servers that speak like Anthropic tell no counts where they have none, or tell them as texts: the SDK would
/// fail over an answer that is whole.
/// </summary>
internal static class MendedEvent
{
    private const string Data = "data:";
    private static readonly string[] s_counts = ["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"];

    // What the SDK insists on.
    private static readonly string[] s_neededFirst = ["input_tokens", "output_tokens"];
    private static readonly string[] s_neededLater = ["output_tokens"];

    public static string Of(string line)
    {
        if (!line.StartsWith(Data, StringComparison.Ordinal) || !(line.Contains("\"message_delta\"", StringComparison.Ordinal) || line.Contains("\"message_start\"", StringComparison.Ordinal)))
        {
            return line;
        }

        try
        {
            var told = JsonNode.Parse(line[Data.Length..], documentOptions: JsonLimits.Decoding) as JsonObject;
            var isMended = told?["type"]?.GetValueKind() == JsonValueKind.String && (string)told["type"]! switch
            {
                "message_delta" => Mend(told, s_neededLater),
                "message_start" when told["message"] is JsonObject message => Mend(message, s_neededFirst),
                _ => false,
            };
            return isMended ? $"{Data} {told!.ToJsonString()}" : line;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // What is no event is for the SDK to refuse.
            return line;
        }
    }

    private static bool Mend(JsonObject counted, string[] needed)
    {
        var isMended = counted["usage"] is not JsonObject;
        var usage = counted["usage"] as JsonObject ?? [];
        if (isMended)
        {
            counted["usage"] = usage;
        }

        foreach (var name in s_counts)
        {
            if (usage[name] is not { } count)
            {
                // Nothing told is no count that would take another one back.
                if (needed.Contains(name))
                {
                    isMended = true;
                    usage[name] = 0;
                }
            }
            else if (count.GetValueKind() != JsonValueKind.Number || !count.AsValue().TryGetValue(out long _))
            {
                isMended = true;
                usage[name] = TokenTotals.Read(JsonElement.Parse(count.ToJsonString(), JsonLimits.Decoding));
            }
        }

        return isMended;
    }
}
