namespace Actant.Definitions;

/// <summary>Reads the bounds of an execution.</summary>
internal static class LimitsReader
{
    public static LimitsDefinition Read(DefinitionCursor? field)
    {
        var defaults = new LimitsDefinition();
        if (field?.AsFields("limits") is not { } fields)
        {
            return defaults;
        }

        var milliseconds = fields.Take("timeout_ms");
        var seconds = fields.Take("timeout_seconds");
        if (milliseconds is not null)
        {
            seconds?.Report(DefinitionErrors.DuplicateField, "`timeout_ms` is there too; keep one of them.");
        }

        var limits = new LimitsDefinition
        {
            MaxSteps = fields.Take("max_steps", "recursion_limit")?.AsInteger() ?? defaults.MaxSteps,
            Timeout = milliseconds?.AsMilliseconds() ?? seconds?.AsSeconds(),
            CountWaiting = fields.Take("count_waiting")?.AsBoolean() ?? defaults.CountWaiting,
            MaxDepth = fields.Take("max_depth")?.AsInteger() ?? defaults.MaxDepth,
            MaxStateBytes = fields.Take("max_state_bytes")?.AsInteger() ?? defaults.MaxStateBytes,
        };
        fields.Finish();
        return limits;
    }
}
