using System.Text.Json;

namespace Actant.Definitions;

/// <summary>Hands out the fields of an object by name and, at the end, reports those that nobody asked for.</summary>
internal sealed class FieldReader
{
    /// <summary>What other systems call our fields.</summary>
    private static readonly Dictionary<string, string> s_foreign = new()
    {
        ["id"] = "name",
        ["label"] = "name",
        ["inputSchema"] = "parameters",
        ["input_schema"] = "parameters",
        ["parameters_schema"] = "parameters",
        ["prompt_template"] = "template",
        ["system"] = "instructions",
        ["system_message"] = "instructions",
    };

    private readonly DefinitionCursor _cursor;
    private readonly string _what;
    private readonly Dictionary<string, JsonElement> _open = [];
    private readonly List<string> _known = [];

    /// <param name="cursor">An object.</param>
    /// <param name="what">What it is, for messages: <c>node</c>.</param>
    public FieldReader(DefinitionCursor cursor, string what)
    {
        _cursor = cursor;
        _what = what;
        foreach (var property in cursor.Element.EnumerateObject())
        {
            _open[property.Name] = property.Value;
        }
    }

    public string Path => _cursor.Path;

    public ProblemList Problems => _cursor.Problems;

    /// <summary>Whether the field was written and is not taken yet.</summary>
    public bool Has(string name) => _open.ContainsKey(name);

    /// <summary>The field, under whichever of its names was used; a field that is <c>null</c> counts as not written.</summary>
    public DefinitionCursor? Take(params ReadOnlySpan<string> names)
    {
        DefinitionCursor? found = null;
        foreach (var name in names)
        {
            _known.Add(name);
            if (!_open.Remove(name, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            var field = new DefinitionCursor(value, JsonPath.Member(Path, name), Problems);
            if (found is not null)
            {
                field.Report(DefinitionErrors.DuplicateField, $"`{name}` is another name for `{names[0]}`, which is there too; keep one of them.");
                continue;
            }

            found = field;
        }

        return found;
    }

    /// <summary>The same for a field that must be there.</summary>
    public DefinitionCursor? Require(params ReadOnlySpan<string> names)
    {
        var field = Take(names);
        if (field is null)
        {
            Problems.Add(
                JsonPath.Member(Path, names[0]),
                DefinitionErrors.MissingField,
                $"The {_what} needs the field `{names[0]}`.");
        }

        return field;
    }

    private string HintOf(string name) => s_foreign.GetValueOrDefault(name) is { } ours && _known.Contains(ours)
        ? $"; did you mean `{ours}`?"
        : Spelling.HintOrList(name, _known, "there are");

    /// <summary>Reports what is left over.</summary>
    /// <param name="misplaced">Says why a field that exists elsewhere does not belong here, or <c>null</c> if it exists nowhere.</param>
    public void Finish(Func<string, string?>? misplaced = null)
    {
        foreach (var name in _open.Keys)
        {
            if (Problems.IsFull)
            {
                return;
            }

            var path = JsonPath.Member(Path, name);
            if (misplaced?.Invoke(name) is { } reason)
            {
                Problems.Add(path, DefinitionErrors.MisplacedField, reason);
                continue;
            }

            Problems.Add(
                path,
                DefinitionErrors.UnknownField,
                $"Unknown field `{JsonPath.Shorten(name)}` on the {_what}{HintOf(name)}");
        }
    }
}
