using System.Text.Json;

namespace Actant.Definitions;

/// <summary>Reads which tools an agent may call: a list of names, or an object of names and switches.</summary>
internal static class ToolNamesReader
{
    public static IReadOnlyList<string> Read(DefinitionCursor? field)
    {
        if (field is not { } cursor)
        {
            return [];
        }

        if (cursor.Kind == JsonValueKind.Object)
        {
            return [.. ReadSwitches(cursor).Where(static pair => pair.Value).Select(static pair => pair.Key)];
        }

        // An unreadable name keeps its place, so that the paths of the others stay right.
        return [.. cursor.AsItems(DefinitionBounds.ListItems).Select(NameOf)];
    }

    private static string NameOf(DefinitionCursor item)
    {
        if (item.Kind != JsonValueKind.Object)
        {
            return item.AsText() ?? "";
        }

        item.Report(DefinitionErrors.WrongType, "Expected a tool's name, found an object: define the tool in `tool_definitions`, and name it here.");
        return "";
    }

    /// <summary>The names that an object switches on or off.</summary>
    public static IEnumerable<KeyValuePair<string, bool>> ReadSwitches(DefinitionCursor cursor)
    {
        foreach (var (name, value) in cursor.AsMembers("a list of names, or an object of names and switches"))
        {
            if (value.AsBoolean() is { } isOn)
            {
                yield return new(name, isOn);
            }
        }
    }
}
