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
    public Reduction Apply(ScopeState scope, IReadOnlyList<StateWrite> writes)
    {
        if (writes.Count == 0)
        {
            return Reduction.Nothing;
        }

        var operations = new List<StateOperation>(writes.Count);
        var values = new Dictionary<string, WrittenValue>(StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var write in writes)
        {
            var (operation, value, fault) = JsonLimits.IsTooDeep(write.Value)
                ? (null!, null!, (ValueErrors.TooDeep, $"The value for `{write.Key}` is nested more than {JsonLimits.MaxDepth} deep."))
                : Reduce(write with { Value = OrNull(write.Value) }, scope, values.GetValueOrDefault(write.Key));
            if (fault is null && (bytes += JsonValues.BytesOf(operation.Value)) > JsonLimits.MaxValueBytes)
            {
                fault = (ValueErrors.TooLarge, $"What is written has more than {JsonLimits.MaxValueBytes} bytes with `{write.Key}`; at most so many can be stored at once.");
            }

            if (fault is not null)
            {
                return Reduction.Nothing with { Fault = fault };
            }

            operations.Add(operation.Key == "messages"
                ? operation with { Value = MessageIds.Clean(operation.Value, scope, operation.Op == StateOperationKind.Set) }
                : operation);
            values[write.Key] = value;
        }

        return new Reduction(operations, values);
    }

    /// <summary>Why the written keys must not have their values, or <c>null</c>. A list that only grew is put together where its key has a schema.</summary>
    public string? FaultOf(Reduction reduction)
    {
        foreach (var (key, value) in reduction.Values)
        {
            var misfit = key == "messages" ? FaultOf(key, value.Added) : _schemas.ContainsKey(key) ? FaultOf(key, value.ToElement()) : null;
            if (misfit is not null)
            {
                return misfit;
            }
        }

        return null;
    }

    /// <summary>The operations that give a new scope its defaults.</summary>
    public IEnumerable<StateOperation> Defaults(ScopeState scope) =>
        from key in keys
        where key.Value.Default is not null && !scope.Values.ContainsKey(key.Key) && !scope.Lists.ContainsKey(key.Key)
        select new StateOperation { Op = StateOperationKind.Set, Key = key.Key, Value = key.Value.Default!.Value };

    private static JsonElement OrNull(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? JsonValues.Null : value;

    private (StateOperation Operation, WrittenValue Value, (string Code, string Message)? Fault) Reduce(StateWrite write, ScopeState scope, WrittenValue? written)
    {
        var reducer = keys.GetValueOrDefault(write.Key)?.Reducer;
        if (reducer == Reducer.Append)
        {
            var items = write.Value.ValueKind == JsonValueKind.Array ? write.Value : JsonValues.ToArray([write.Value]);
            List<JsonElement> more = [.. items.EnumerateArray()];
            return (Operation(StateOperationKind.Append, write.Key, items), new WrittenValue(new ElementList(ItemsOf(scope, write.Key, written), more), items), null);
        }

        // Of these two only an object and a number matter, which no list is.
        var current = written is null ? scope.Values.TryGetValue(write.Key, out var value) ? value : default
            : written.Items is null ? written.ToElement() : default;
        return reducer switch
        {
            Reducer.Merge when write.Value.ValueKind == JsonValueKind.Object && current.ValueKind == JsonValueKind.Object => Set(
                write.Key, JsonValues.With(current, write.Value.EnumerateObject().Select(static member => KeyValuePair.Create(member.Name, member.Value)))),
            Reducer.Add when write.Value.ValueKind == JsonValueKind.Number && current.ValueKind == JsonValueKind.Number => Sum(write, current) is { } sum
                ? Set(write.Key, sum)
                : (null!, null!, (ValueErrors.NumberOverflow, $"The sum for `{write.Key}` is larger than the numbers that are kept.")),
            _ => Set(write.Key, write.Value),
        };
    }

    /// <summary>Exact where both numbers have a decimal; else as doubles.</summary>
    private static JsonElement? Sum(StateWrite write, JsonElement current)
    {
        if (current.TryGetDecimal(out var left) && write.Value.TryGetDecimal(out var right))
        {
            try
            {
                return JsonValue.Create(left + right).ToElement();
            }
            catch (OverflowException)
            {
                return null;
            }
        }

        var sum = current.GetDouble() + write.Value.GetDouble();
        return double.IsFinite(sum) ? JsonValue.Create(sum).ToElement() : null;
    }

    private static IReadOnlyList<JsonElement> ItemsOf(ScopeState scope, string key, WrittenValue? written) =>
        written is not null ? written.Items ?? ItemsOf(written.ToElement())
        : key == "messages" ? new MessageList(scope.Messages)
        : scope.Lists.TryGetValue(key, out var list) ? list
        : scope.Values.TryGetValue(key, out var value) ? ItemsOf(value)
        : [];

    private static IReadOnlyList<JsonElement> ItemsOf(JsonElement value) => value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];

    private static (StateOperation, WrittenValue, (string, string)?) Set(string key, JsonElement value) =>
        (Operation(StateOperationKind.Set, key, value), new WrittenValue(value), null);

    private static StateOperation Operation(StateOperationKind kind, string key, JsonElement value) => new() { Op = kind, Key = key, Value = value };
}
