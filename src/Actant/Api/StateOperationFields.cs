using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;

namespace Actant.Api;

/// <summary>What a request does to a state: <c>operations</c>, in order. The engine says what is wrong with them.</summary>
internal static class StateOperationFields
{
    private static readonly Dictionary<string, StateOperationKind> s_kinds = new(StringComparer.Ordinal)
    {
        ["set"] = StateOperationKind.Set,
        ["append"] = StateOperationKind.Append,
        ["replace"] = StateOperationKind.Replace,
        ["remove"] = StateOperationKind.Remove,
        ["patch"] = StateOperationKind.Patch,
    };

    public static List<StateOperation> Read(JsonFields fields)
    {
        var list = fields.RequiredValue("operations");
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > StateUpdateRequest.MostOperations)
        {
            fields.Wrong("operations", $"A list of 1 to {StateUpdateRequest.MostOperations} objects is expected.");
            return [];
        }

        return [.. list.EnumerateArray().Select((item, index) => Read(item, $"$.operations[{index}]", fields.Errors))];
    }

    private static StateOperation Read(JsonElement item, string path, FieldErrors errors)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            errors.Add(path, "wrong_type", "An object is expected.");
            return new StateOperation { Op = default, Key = "" };
        }

        var inner = new JsonFields(item, path, errors);
        foreach (var name in (string[])["op", "key"])
        {
            inner.RequiredValue(name);
        }

        // null is a value here: `set` may write it, and a patch removes with it.
        _ = inner.Value("value");
        var operation = new StateOperation
        {
            Op = inner.Word("op", s_kinds.Keys) is { } word ? s_kinds[word] : default,
            Key = inner.Name("key") ?? "",
            Value = item.TryGetProperty("value", out var value) ? value : default,
            Id = inner.Name("id"),
        };
        inner.RefuseOthers();
        return operation;
    }
}
