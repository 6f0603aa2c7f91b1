using System.Text.Json;

namespace Actant.Definitions;

/// <summary>Reads the keys of a graph's state.</summary>
internal static class StateReader
{
    public static IReadOnlyDictionary<string, StateKeyDefinition> Read(DefinitionCursor? field)
    {
        var keys = new Dictionary<string, StateKeyDefinition>();
        foreach (var (name, cursor) in field?.AsMembers("an object of state keys") ?? [])
        {
            keys[name] = ReadKey(cursor);
        }

        return keys;
    }

    private static StateKeyDefinition ReadKey(DefinitionCursor cursor)
    {
        if (cursor.Kind is JsonValueKind.String or JsonValueKind.Null)
        {
            return new StateKeyDefinition(cursor.Kind == JsonValueKind.Null ? Reducer.Set : ReadReducer(cursor));
        }

        if (cursor.AsFields("state key") is not { } fields)
        {
            return new StateKeyDefinition(Reducer.Set);
        }

        var key = new StateKeyDefinition(
            fields.Take("reducer") is { } reducer ? ReadReducer(reducer) : Reducer.Set,
            fields.Take("default")?.Element,
            fields.Take("schema")?.AsSchema());
        fields.Finish();
        return key;
    }

    private static Reducer ReadReducer(DefinitionCursor cursor) => cursor.AsOneOf(WireNames.Reducers, "reducer") ?? default;
}
