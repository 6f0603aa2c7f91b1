using System.Globalization;
using System.Text.Json;

namespace Actant.Definitions;

/// <summary>
/// A value of the document and its path. Every <c>As…</c> gives the value, or reports the problem and gives nothing, so that
/// reading goes on and finds the next one.
/// </summary>
internal readonly struct DefinitionCursor(JsonElement element, string path, ProblemList problems)
{
    public JsonElement Element => element;

    public string Path => path;

    public ProblemList Problems => problems;

    public JsonValueKind Kind => element.ValueKind;

    public string? AsText() => Is(JsonValueKind.String, "a text") ? element.GetString() : null;

    public bool? AsBoolean() =>
        Kind is JsonValueKind.True or JsonValueKind.False || Is(JsonValueKind.True, "true or false") ? element.GetBoolean() : null;

    public JsonElement? AsObject() => Is(JsonValueKind.Object, "an object") ? element : null;

    public JsonElement? AsSchema() =>
        Kind is JsonValueKind.True or JsonValueKind.False || Is(JsonValueKind.Object, "a JSON Schema: an object, true or false") ? element : null;

    public FieldReader? AsFields(string what) => Is(JsonValueKind.Object, "an object") ? new FieldReader(this, what) : null;

    public int? AsInteger() => (int?)AsWhole(int.MinValue, int.MaxValue);

    public TimeSpan? AsMilliseconds() =>
        AsWhole(0, DefinitionBounds.Milliseconds) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <param name="range">What the number must lie in, as it is written: it is kept in whole milliseconds.</param>
    public TimeSpan? AsSeconds(NumberRange? range = null)
    {
        const double Most = DefinitionBounds.Milliseconds / 1000d;
        return AsNumber() switch
        {
            null => null,
            { } number when range is { } bounds && !(number >= bounds.Least && number <= bounds.Most) =>
                Refuse<TimeSpan>(DefinitionErrors.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"{number} is out of range: {bounds.Least} to {bounds.Most}.")),
            >= 0 and <= Most and var seconds => TimeSpan.FromMilliseconds(Math.Ceiling(seconds * 1000)),
            _ => Refuse<TimeSpan>(DefinitionErrors.OutOfRange, $"The number must be between 0 and {Most:F0} seconds."),
        };
    }

    public float? AsFloat() => (float?)AsNumber();

    public T? AsOneOf<T>(IReadOnlyDictionary<string, T> values, string what)
        where T : struct
    {
        if (AsText() is not { } text)
        {
            return null;
        }

        return values.TryGetValue(text, out var value)
            ? value
            : Refuse<T>(
                DefinitionErrors.UnknownValue, $"Unknown {what} `{JsonPath.Shorten(text)}`{Spelling.HintOrList(text, [.. values.Keys], "there are")}");
    }

    /// <summary>The items of a list, at most so many.</summary>
    public IReadOnlyList<DefinitionCursor> AsItems(int most)
    {
        if (!Is(JsonValueKind.Array, "a list"))
        {
            return [];
        }

        if (element.GetArrayLength() > most)
        {
            problems.Add(
                path,
                DefinitionErrors.OutOfRange,
                $"The list has {element.GetArrayLength():N0} items; at most {most:N0} are read.");
        }

        var items = new List<DefinitionCursor>(Math.Min(element.GetArrayLength(), most));
        foreach (var item in element.EnumerateArray().Take(most))
        {
            items.Add(new DefinitionCursor(item, JsonPath.Item(path, items.Count), problems));
        }

        return items;
    }

    /// <summary>The members of an object that is used as a map, at most so many.</summary>
    public IReadOnlyList<KeyValuePair<string, DefinitionCursor>> AsMembers(string what)
    {
        if (!Is(JsonValueKind.Object, what))
        {
            return [];
        }

        var members = new List<KeyValuePair<string, DefinitionCursor>>();
        foreach (var property in element.EnumerateObject().Take(DefinitionBounds.ListItems))
        {
            members.Add(new(property.Name, new DefinitionCursor(property.Value, JsonPath.Member(path, property.Name), problems)));
        }

        if (element.GetPropertyCount() > DefinitionBounds.ListItems)
        {
            problems.Add(path, DefinitionErrors.OutOfRange, $"The object has more than {DefinitionBounds.ListItems:N0} fields.");
        }

        return members;
    }

    public void Report(string code, string message) => problems.Add(path, code, message);

    private double? AsNumber()
    {
        if (!Is(JsonValueKind.Number, "a number"))
        {
            return null;
        }

        return element.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : Refuse<double>(DefinitionErrors.OutOfRange, "The number is too large.");
    }

    /// <summary>Whole numbers may be written with a fraction of zeros (<c>30.0</c>), as many serialisers do.</summary>
    private long? AsWhole(long least, long most)
    {
        if (!Is(JsonValueKind.Number, "a whole number"))
        {
            return null;
        }

        if (!element.TryGetDecimal(out var number) || number < least || number > most)
        {
            return Refuse<long>(DefinitionErrors.OutOfRange, $"The number must be between {least} and {most}.");
        }

        return decimal.IsInteger(number) ? (long)number : Refuse<long>(DefinitionErrors.WrongType, "Expected a whole number, found a fraction.");
    }

    private bool Is(JsonValueKind kind, string expected)
    {
        if (Kind == kind)
        {
            return true;
        }

        problems.Add(path, DefinitionErrors.WrongType, $"Expected {expected}, found {Describe()}.");
        return false;
    }

    private string Describe() => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    private T? Refuse<T>(string code, string message)
        where T : struct
    {
        problems.Add(path, code, message);
        return null;
    }
}
