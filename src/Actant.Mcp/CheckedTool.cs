using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Actant.Schemas;

namespace Actant.Mcp;

/// <summary>A tool as a server lists it, and why it cannot be offered, if it cannot: a bad one harms none of the others.</summary>
internal sealed record CheckedTool
{
    private const int LongestName = 256;
    private const int LongestDescription = 8 * 1024;
    private const int LargestSchema = 64 * 1024;

    /// <summary>What the server calls it.</summary>
    public required string Name { get; init; }

    /// <summary>What the model is told.</summary>
    public string Description { get; init; } = "";

    /// <summary>Its schema.</summary>
    public JsonElement Parameters { get; init; }

    /// <summary>The class that it says it needs at least.</summary>
    public ToolClass AtLeast { get; init; }

    /// <summary>Changes with all that was listed of it.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Why it is left out.</summary>
    public string? Fault { get; init; }

    /// <summary>About how much of the list it is.</summary>
    public long Bytes { get; init; }

    /// <summary>Checks one, as it came.</summary>
    public static CheckedTool Of(JsonElement tool)
    {
        var name = TextOf(tool, "name");
        var schema = Member(tool, "inputSchema");
        var raw = schema.ValueKind == JsonValueKind.Undefined ? 0 : JsonMarshal.GetRawUtf8Value(schema).Length;
        var read = new CheckedTool { Name = name.Length <= LongestName ? name : name[..LongestName], Bytes = JsonMarshal.GetRawUtf8Value(tool).Length };
        if (name.Length is 0 or > LongestName)
        {
            return read with { Fault = $"its name has not 1 to {LongestName} characters of Unicode" };
        }

        if (raw is 0 or > LargestSchema)
        {
            return read with { Fault = $"its schema has {raw} bytes, and 1 to {LargestSchema} are taken" };
        }

        if (JsonLimits.IsTooDeep(schema) || !StorableJson.IsWhole(schema) || HasTwice(schema))
        {
            return read with { Fault = "its schema is nested too deeply, names something twice, or holds a text that is no Unicode" };
        }

        var parameters = ToolParameters.Complete(schema)!.Value;
        if (!ToolParameters.IsObject(parameters) || !JsonSchema.TryCompile(parameters, out _, out var problems))
        {
            return read with { Fault = "its schema is no JSON Schema of an object" };
        }

        var description = TextOf(tool, "description");
        description = description.Length <= LongestDescription ? description : $"{Cut(description)}…";
        var atLeast = StrictestOf(Member(tool, "annotations"));
        return read with
        {
            Description = description,
            Parameters = parameters.Clone(),
            AtLeast = atLeast,
            Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{description}\n{atLeast}\n{parameters.GetRawText()}")).AsSpan(0, 4)),
        };
    }

    /// <summary>In the place of all that is beyond the bounds.</summary>
    public static CheckedTool Rest(int mostTools, long mostBytes) => new() { Name = "…", Fault = $"a list has {mostTools} tools and {mostBytes} bytes at most, and this one is longer" };

    /// <summary>What a server says of its tools is believed where it warns, and never where it reassures.</summary>
    private static ToolClass StrictestOf(JsonElement hints) =>
        Member(hints, "readOnlyHint").ValueKind == JsonValueKind.True ? ToolClass.Pure
        : Member(hints, "destructiveHint").ValueKind == JsonValueKind.True || Member(hints, "idempotentHint").ValueKind == JsonValueKind.False ? ToolClass.Unsafe
        : Member(hints, "readOnlyHint").ValueKind == JsonValueKind.False ? ToolClass.Idempotent
        : ToolClass.Pure;

    private static JsonElement Member(JsonElement value, string name) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : default;

    /// <summary>A text that can be kept; nothing where there is none.</summary>
    private static string TextOf(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.String } text && StorableJson.IsWhole(text) ? text.GetString()! : "";

    private static string Cut(string text) => text[..(char.IsHighSurrogate(text[LongestDescription - 1]) ? LongestDescription - 1 : LongestDescription)];

    // A definition is a document in which nothing stands twice.
    private static bool HasTwice(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Any(HasTwice),
        JsonValueKind.Object => value.EnumerateObject().DistinctBy(static member => member.Name, StringComparer.Ordinal).Count() != value.EnumerateObject().Count()
            || value.EnumerateObject().Any(static member => HasTwice(member.Value)),
        _ => false,
    };
}
