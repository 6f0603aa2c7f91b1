using System.Text.Json;

namespace Actant.Definitions;

/// <summary>Reads what a node's failure does: a strategy's name, or an object.</summary>
internal static class ErrorPolicyReader
{
    public static ErrorPolicy Read(DefinitionCursor? field)
    {
        var defaults = new ErrorPolicy();
        if (field is not { } cursor)
        {
            return defaults;
        }

        if (cursor.Kind == JsonValueKind.String)
        {
            return defaults with { Strategy = ReadStrategy(cursor) };
        }

        if (cursor.AsFields("error policy") is not { } fields)
        {
            return defaults;
        }

        var policy = new ErrorPolicy
        {
            Strategy = fields.Take("strategy") is { } strategy ? ReadStrategy(strategy) : defaults.Strategy,
            MaxAttempts = fields.Take("max_attempts")?.AsInteger() ?? defaults.MaxAttempts,
            Backoff = fields.Take("backoff_ms")?.AsMilliseconds() ?? defaults.Backoff,
            MaxBackoff = fields.Take("max_backoff_ms")?.AsMilliseconds() ?? defaults.MaxBackoff,
        };
        fields.Finish();
        return policy;
    }

    private static ErrorStrategy ReadStrategy(DefinitionCursor cursor) =>
        cursor.AsOneOf(WireNames.ErrorStrategies, "error strategy") ?? default;
}
