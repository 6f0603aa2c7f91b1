using System.Text.Json;

namespace Actant.Api;

/// <summary>The fields of a JSON object; what is left over is unknown and refused.</summary>
/// <param name="body">The object; no fields if it is undefined.</param>
/// <param name="path">Where it stands.</param>
/// <param name="errors">Where to put what is wrong; a list of its own if absent.</param>
public sealed class JsonFields(JsonElement body, string path = "$", FieldErrors? errors = null) : CommandFields(errors ?? new FieldErrors())
{
    private readonly HashSet<string> _known = [];

    /// <summary>Any value.</summary>
    public JsonElement? Value(string name)
    {
        _known.Add(name);
        return body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>A value that must be there.</summary>
    public JsonElement RequiredValue(string name)
    {
        if (Value(name) is { } value)
        {
            return value;
        }

        Errors.Add(PathOf(name), "missing_field", "This field is needed.");
        return default;
    }

    /// <summary>An object inside.</summary>
    public JsonElement? Nested(string name)
    {
        var value = Value(name);
        return value is { ValueKind: not JsonValueKind.Object } ? Wrong<JsonElement?>(name, "An object is expected.") : value;
    }

    /// <inheritdoc />
    public override string? Name(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value when NameRules.IsName(value.GetString()) => value.GetString(),
        _ => Wrong<string?>(name, "A text of 1 to 255 characters without control characters is expected."),
    };

    /// <summary>A text.</summary>
    public string? Text(string name, int longest) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value when value.GetString()!.Length <= longest => value.GetString(),
        _ => Wrong<string?>(name, $"A text of at most {longest} characters is expected."),
    };

    /// <inheritdoc />
    public override long? Number(string name, long least, long most)
    {
        var value = Value(name);
        return value is null ? null
            : value is { ValueKind: JsonValueKind.Number } && value.Value.TryGetInt64(out var number) && number >= least && number <= most ? number
            : Wrong<long?>(name, $"A whole number from {least} to {most} is expected.");
    }

    /// <summary>A number that must be there.</summary>
    public long RequiredNumber(string name, long least, long most)
    {
        var value = Number(name, least, most);
        if (value is null)
        {
            RequiredValue(name);
        }

        return value ?? least;
    }

    /// <inheritdoc />
    public override bool? Flag(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => Wrong<bool?>(name, "true or false is expected."),
    };

    /// <inheritdoc />
    public override string? Word(string name, IEnumerable<string> words)
    {
        var value = Value(name);
        return value is null ? null
            : value is { ValueKind: JsonValueKind.String } && words.Contains(value.Value.GetString()!) ? value.Value.GetString()
            : Wrong<string?>(name, $"One of {string.Join(", ", words)} is expected.");
    }

    /// <inheritdoc />
    public override IReadOnlyList<string> Texts(string name, int most)
    {
        if (Value(name) is not { } list)
        {
            return [];
        }

        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= most && list.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String))
        {
            return [.. list.EnumerateArray().Select(static item => item.GetString()!)];
        }

        Wrong(name, $"A list of at most {most} texts is expected.");
        return [];
    }

    /// <summary>Where a field stands.</summary>
    public string Place(string name) => PathOf(name);

    /// <summary>Notes the fields that nobody asked for.</summary>
    public void RefuseOthers() => RefuseUnknown();

    private protected override string PathOf(string name) => $"{path}.{name}";

    private protected override void RefuseUnknown()
    {
        if (body.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in body.EnumerateObject().Where(property => !_known.Contains(property.Name)))
            {
                Errors.Add(PathOf(property.Name), "unknown_field", $"There is no such field; there are: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    private T? Wrong<T>(string name, string message)
    {
        Wrong(name, message);
        return default;
    }
}
