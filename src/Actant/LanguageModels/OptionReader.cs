using System.Text.Json;

namespace Actant.LanguageModels;

/// <summary>Reads one JSON object of a model's options and notes all that is wrong with it, each with its path.</summary>
internal sealed class OptionReader
{
    private readonly JsonElement _object;
    private readonly List<DefinitionProblem> _problems;

    public OptionReader(JsonElement value, string path, List<DefinitionProblem> problems, params ReadOnlySpan<string> fields)
    {
        _object = value;
        _problems = problems;
        Path = path;
        IsObject = Expect(value, path, "an object", value.ValueKind == JsonValueKind.Object);
        if (!IsObject)
        {
            return;
        }

        foreach (var property in value.EnumerateObject())
        {
            if (!fields.Contains(property.Name))
            {
                var meant = Spelling.Nearest(property.Name, fields.ToArray());
                Note($"{path}.{property.Name}", "unknown_field",
                    meant is null ? $"Known fields: {string.Join(", ", fields.ToArray())}." : $"Unknown field; is '{meant}' meant?");
            }
        }
    }

    public string Path { get; }

    private bool IsObject { get; }

    public void Note(string path, string code, string message) => _problems.Add(new DefinitionProblem(path, code, message));

    public bool Has(string name) => Field(name) is not null;

    public string? Text(string name) =>
        Field(name) is { } value && Expect(value, $"{Path}.{name}", "a text", value.ValueKind == JsonValueKind.String)
            ? value.GetString()
            : null;

    public bool? Flag(string name) =>
        Field(name) is { ValueKind: var kind } value
        && Expect(value, $"{Path}.{name}", "true or false", kind is JsonValueKind.True or JsonValueKind.False)
            ? value.GetBoolean()
            : null;

    public int? Integer(string name, int min, int max)
    {
        if (Field(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max)
        {
            return number;
        }

        var code = value.ValueKind == JsonValueKind.Number ? "out_of_range" : "wrong_type";
        Note($"{Path}.{name}", code, $"A whole number from {min} to {max} is expected.");
        return null;
    }

    public double? Number(string name, double min, double max)
    {
        if (Field(name) is not { } value || !Expect(value, $"{Path}.{name}", "a number", value.ValueKind == JsonValueKind.Number))
        {
            return null;
        }

        if (value.TryGetDouble(out var number) && number >= min && number <= max)
        {
            return number;
        }

        Note($"{Path}.{name}", "out_of_range", $"A number from {min} to {max} is expected.");
        return null;
    }

    /// <summary>A member that must be an object, or <c>null</c>.</summary>
    public JsonElement? Object(string name) =>
        Field(name) is { } value && Expect(value, $"{Path}.{name}", "an object", value.ValueKind == JsonValueKind.Object) ? value : null;

    /// <summary>A member as it is, or <c>null</c>.</summary>
    public JsonElement? Field(string name) => IsObject && _object.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The items of a list, each read with its path; too long a list is a problem and read as empty.</summary>
    public IReadOnlyList<T> List<T>(string name, int max, Func<JsonElement, string, T> read)
    {
        if (Field(name) is not { } value || !Expect(value, $"{Path}.{name}", "a list", value.ValueKind == JsonValueKind.Array))
        {
            return [];
        }

        if (value.GetArrayLength() > max)
        {
            Note($"{Path}.{name}", "out_of_range", $"At most {max} items are possible.");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, index) => read(item, $"{Path}.{name}[{index}]"))];
    }

    private bool Expect(JsonElement value, string path, string expected, bool holds)
    {
        if (!holds)
        {
            Note(path, "wrong_type", $"{char.ToUpperInvariant(expected[0])}{expected[1..]} is expected, not {Kind(value)}.");
        }

        return holds;
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
