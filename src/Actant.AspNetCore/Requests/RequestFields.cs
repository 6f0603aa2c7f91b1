using System.Text.Json;

namespace Actant.AspNetCore.Requests;

/// <summary>Takes the fields out of a request's object one by one; what is left over is unknown.</summary>
/// <param name="body">The object.</param>
/// <param name="path">Where it stands in the request.</param>
/// <param name="errors">Where to put what is wrong; a list of its own if absent.</param>
internal sealed class RequestFields(JsonElement body, string path = "$", RequestErrors? errors = null)
{
    private readonly HashSet<string> _known = [];

    public static RequestFields Empty() => new(default);

    /// <summary>Where it stands in the request.</summary>
    public string Path => path;

    public RequestErrors Errors { get; } = errors ?? new();

    public JsonElement? Value(string name)
    {
        _known.Add(name);
        return body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public JsonElement RequiredValue(string name)
    {
        if (Value(name) is { } value)
        {
            return value;
        }

        Errors.Add($"{path}.{name}", "missing_field", "This field is needed.");
        return default;
    }

    public JsonElement? Object(string name)
    {
        var value = Value(name);
        return value is { ValueKind: not JsonValueKind.Object } ? Wrong<JsonElement?>(name, "An object is expected.") : value;
    }

    /// <summary>A name or key: 1 to 255 characters.</summary>
    public string? Name(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value when NameRules.IsName(value.GetString()) => value.GetString(),
        _ => Wrong<string?>(name, "A text of 1 to 255 characters without control characters is expected."),
    };

    public string? Text(string name, int longest) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value when value.GetString()!.Length <= longest => value.GetString(),
        _ => Wrong<string?>(name, $"A text of at most {longest} characters is expected."),
    };

    public long? Number(string name, long least, long most)
    {
        var value = Value(name);
        return value is null ? null
            : value is { ValueKind: JsonValueKind.Number } && value.Value.TryGetInt64(out var number) && number >= least && number <= most ? number
            : Wrong<long?>(name, $"A whole number from {least} to {most} is expected.");
    }

    public bool? Flag(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => Wrong<bool?>(name, "true or false is expected."),
    };

    /// <summary>One of the given words.</summary>
    public string? Word(string name, IEnumerable<string> words)
    {
        var value = Value(name);
        return value is null ? null
            : value is { ValueKind: JsonValueKind.String } && words.Contains(value.Value.GetString()!) ? value.Value.GetString()
            : Wrong<string?>(name, $"One of {string.Join(", ", words)} is expected.");
    }

    /// <summary>To be called last: refuses fields that nobody asked for, and the request if anything was wrong.</summary>
    /// <exception cref="Problems.ProblemException">Something was.</exception>
    public void Done()
    {
        RefuseUnknown();
        Errors.ThrowIfAny();
    }

    /// <summary>Notes the fields that nobody asked for.</summary>
    public void RefuseUnknown()
    {
        if (body.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in body.EnumerateObject().Where(property => !_known.Contains(property.Name)))
            {
                Errors.Add($"{path}.{property.Name}", "unknown_field", $"There is no such field; there are: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    /// <summary>Notes that a field is not as it should be.</summary>
    public void Wrong(string name, string message) => Errors.Add($"{path}.{name}", "wrong_type", message);

    private T? Wrong<T>(string name, string message)
    {
        Wrong(name, message);
        return default;
    }
}
