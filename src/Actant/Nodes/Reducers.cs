using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Definitions;
using Actant.Journaling;
using Actant.Schemas;

namespace Actant.Nodes;

/// <summary>Turns writes into operations: after this, nobody needs to know the reducer.</summary>
internal sealed class Reducers(IReadOnlyDictionary<string, StateKeyDefinition> keys)
{
    private readonly Dictionary<string, JsonSchema> _schemas = keys
        .Where(key => key.Value.Schema is not null)
        .ToDictionary(key => key.Key, key => JsonSchema.Parse(key.Value.Schema!.Value.GetRawText()), StringComparer.Ordinal);

    /// <summary>Why a key must not have this value, or <c>null</c>.</summary>
    public string? FaultOf(string key, JsonElement value)
    {
        if (key == "messages" && Inputs.CheckMessages(value) is { } fault)
        {
            return $"{fault.Path}: {fault.Message}";
        }

        return _schemas.TryGetValue(key, out var schema) && schema.Validate(value) is { IsValid: false } result
            ? $"The value of `{key}` does not fit its schema: {result.Errors[0]}"
            : null;
    }

    /// <summary>What is wrong with the values that a scope begins with, or <c>null</c>.</summary>
    public string? FaultOf(InputReceived input)
    {
        if (input.Input.ValueKind == JsonValueKind.Object && input.Input.TryGetProperty("messages"u8, out var messages) && FaultOf("messages", messages) is { } fault)
        {
            return fault;
        }

        return (input.Operations ?? [])
            .Where(operation => operation.Op == StateOperationKind.Set)
            .Select(operation => FaultOf(operation.Key, operation.Value))
            .FirstOrDefault(misfit => misfit is not null);
    }

    /// <summary>The operations, and the values that the written keys have then.</summary>
    public (IReadOnlyList<StateOperation> Operations, IReadOnlyDictionary<string, JsonElement> Values) Apply(
        ScopeState scope, IReadOnlyList<StateWrite> writes)
    {
        if (writes.Count == 0)
        {
            return ([], new Dictionary<string, JsonElement>());
        }

        var operations = new List<StateOperation>(writes.Count);
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var write in writes)
        {
            var current = values.TryGetValue(write.Key, out var written) ? written : Current(scope, write.Key);
            var (operation, value) = Reduce(write, current);
            operations.Add(operation.Key == "messages"
                ? operation with { Value = MessageIds.Clean(operation.Value, scope, operation.Op == StateOperationKind.Set) }
                : operation);
            values[write.Key] = value;
        }

        return (operations, values);
    }

    /// <summary>The operations that give a new scope its defaults.</summary>
    public IEnumerable<StateOperation> Defaults(ScopeState scope) =>
        from key in keys
        where key.Value.Default is not null && !scope.Values.ContainsKey(key.Key) && !scope.Lists.ContainsKey(key.Key)
        select new StateOperation { Op = StateOperationKind.Set, Key = key.Key, Value = key.Value.Default!.Value };

    private static JsonElement? Current(ScopeState scope, string key) =>
        scope.Values.TryGetValue(key, out var value) ? value
        : scope.Lists.TryGetValue(key, out var list) ? ToArray(list)
        : null;

    /// <summary>A list as one value.</summary>
    public static JsonElement ToArray(IEnumerable<JsonElement> items) =>
        new JsonArray([.. items.Select(item => JsonNode.Parse(item.GetRawText()))]).ToElement();

    private (StateOperation Operation, JsonElement Value) Reduce(StateWrite write, JsonElement? current)
    {
        switch (keys.GetValueOrDefault(write.Key)?.Reducer)
        {
            case Reducer.Append:
                var items = write.Value.ValueKind == JsonValueKind.Array ? write.Value : ToArray([write.Value]);
                return (Operation(StateOperationKind.Append, write.Key, items), ToArray([.. ItemsOf(current), .. items.EnumerateArray()]));
            case Reducer.Merge when write.Value.ValueKind == JsonValueKind.Object && current is { ValueKind: JsonValueKind.Object } old:
                var merged = JsonNode.Parse(old.GetRawText())!.AsObject();
                foreach (var member in write.Value.EnumerateObject())
                {
                    merged[member.Name] = JsonNode.Parse(member.Value.GetRawText());
                }

                return Set(write.Key, merged.ToElement());
            case Reducer.Add when write.Value.ValueKind == JsonValueKind.Number && current is { ValueKind: JsonValueKind.Number } sum:
                return Set(write.Key, sum.TryGetDecimal(out var left) && write.Value.TryGetDecimal(out var right)
                    ? JsonValue.Create(left + right).ToElement()
                    : JsonValue.Create(sum.GetDouble() + write.Value.GetDouble()).ToElement());
            default:
                return Set(write.Key, write.Value);
        }
    }

    private static List<JsonElement> ItemsOf(JsonElement? current) =>
        current is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    private static (StateOperation Operation, JsonElement Value) Set(string key, JsonElement value) =>
        (Operation(StateOperationKind.Set, key, value), value);

    private static StateOperation Operation(StateOperationKind kind, string key, JsonElement value) => new() { Op = kind, Key = key, Value = value };
}
