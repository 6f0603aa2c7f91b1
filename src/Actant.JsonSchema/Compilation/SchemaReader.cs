using System.Text.Json;

namespace Actant.Schemas;

/// <summary>Reads the keywords of one schema object with their types checked; what is wrong becomes a problem, not an exception.</summary>
internal sealed class SchemaReader
{
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly ProblemList _problems;

    public SchemaReader(SchemaLocation location, SchemaCompiler compiler, ProblemList problems)
    {
        Location = location;
        Compiler = compiler;
        _problems = problems;
        foreach (var property in location.Element.EnumerateObject())
        {
            _values[JsonText.NameOf(property)] = property.Value;
        }
    }

    public SchemaLocation Location { get; }

    public SchemaCompiler Compiler { get; }

    public List<Keyword> Keywords { get; } = [];

    public KeywordSite Site(string name) => new(Location, name);

    public bool TryGet(string name, out JsonElement value) => _values.TryGetValue(name, out value);

    public void Problem(string name, string message) => _problems.Add(Site(name).Path, message);

    /// <summary>A problem with one entry of the keyword's value, or with all of it if <paramref name="below"/> is null.</summary>
    public void ProblemAt(string name, string? below, string message) =>
        _problems.Add(below is null ? Site(name).Path : $"{Site(name).Path}/{JsonPointer.Escape(below)}", message);

    /// <summary>The value if it is there and of that type; of another type is a problem.</summary>
    public bool TryGet(string name, JsonKinds kind, string expected, out JsonElement value)
    {
        if (!TryGet(name, out value))
        {
            return false;
        }

        if ((value.ValueKind.ToKinds() & kind) != JsonKinds.None)
        {
            return true;
        }

        Problem(name, $"expected {expected}, found {JsonDescription.Found(value)}");
        return false;
    }

    public bool TryGetText(string name, out string text)
    {
        var found = TryGet(name, JsonKinds.String, "a string", out var value);
        text = found ? JsonText.ToString(value) : "";
        return found;
    }

    /// <summary>A non-negative integer, also if written as 2.0; larger ones than any count can be are cut off.</summary>
    public int? Count(string name)
    {
        if (!TryGet(name, JsonKinds.Number, "a non-negative integer", out var value))
        {
            return null;
        }

        var number = JsonNumber.Of(value);
        if (number.IsNegative || !number.IsInteger)
        {
            Problem(name, $"expected a non-negative integer, found {JsonDescription.Literal(value)}");
            return null;
        }

        if (number.Count + number.Exponent > 9)
        {
            return int.MaxValue;
        }

        var count = 0;
        for (var i = 0; i < number.Count; i++)
        {
            count = (count * 10) + number.Digit(i);
        }

        return count * (int)Math.Pow(10, number.Exponent);
    }

    public SchemaNode? Schema(string name) => TryGet(name, out _) ? NodeAt($"{Location.Pointer}/{name}") : null;

    /// <summary>Schemas of an array keyword; null if it is not there or no array.</summary>
    public SchemaNode[]? SchemaList(string name)
    {
        if (!TryGet(name, JsonKinds.Array, "an array of schemas", out var value))
        {
            return null;
        }

        if (value.GetArrayLength() == 0)
        {
            Problem(name, "expected at least one schema, found none");
        }

        return [.. Enumerable.Range(0, value.GetArrayLength()).Select(i => NodeAt($"{Location.Pointer}/{name}/{i}")).OfType<SchemaNode>()];
    }

    /// <summary>Schemas of an object keyword by name; empty if it is not there or no object.</summary>
    public Dictionary<string, SchemaNode> SchemaMap(string name)
    {
        var map = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        if (TryGet(name, JsonKinds.Object, "an object whose values are schemas", out var value))
        {
            foreach (var member in value.EnumerateObject())
            {
                var key = JsonText.NameOf(member);
                if (NodeAt($"{Location.Pointer}/{name}/{JsonPointer.Escape(key)}") is { } node)
                {
                    map[key] = node;
                }
            }
        }

        return map;
    }

    /// <summary>Distinct strings of an array.</summary>
    public List<string>? Texts(string name, JsonElement value, string? below = null)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
        {
            Report($"expected an array of strings, found {JsonDescription.Found(value)}");
            return null;
        }

        var texts = value.EnumerateArray().Select(JsonText.ToString).ToList();
        if (texts.Distinct(StringComparer.Ordinal).Count() != texts.Count)
        {
            Report("expected distinct strings; remove the duplicates");
        }

        return [.. texts.Distinct(StringComparer.Ordinal)];

        void Report(string message) => ProblemAt(name, below, message);
    }

    public Pattern? Pattern(string source, string name, string? below = null)
    {
        var (pattern, problem) = Compiler.Patterns.Get(source, Compiler.Options);
        if (problem is not null)
        {
            ProblemAt(name, below, problem);
        }

        return pattern;
    }

    // Missing only where the scan stopped at a bound, which is a problem already reported.
    private SchemaNode? NodeAt(string pointer) =>
        Location.Document.Locations.TryGetValue(pointer, out var location) ? Compiler.NodeAt(location) : null;
}
