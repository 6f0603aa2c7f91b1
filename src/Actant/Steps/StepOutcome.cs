using System.Text.Json;
using Actant.Journaling;
using Actant.Tools;

namespace Actant.Steps;

/// <summary>How one attempt of a step ended.</summary>
internal abstract record StepOutcome(RunningStep Step)
{
    /// <summary>Whether a filter has refused it in a way that no error strategy leads around.</summary>
    public bool EndsExecution { get; init; }

    /// <summary>A model answered.</summary>
    public sealed record Answered(ModelStep Model, ModelAnswered Answer) : StepOutcome(Model)
    {
        /// <summary>What was counted for it.</summary>
        public SpentAttempt? Spent { get; init; }
    }

    /// <summary>A value has passed its filters.</summary>
    public sealed record Passed(FilterStep Filtered, JsonElement Value) : StepOutcome(Filtered);

    /// <summary>A tool gave a result, good or bad.</summary>
    /// <param name="Tool">The step.</param>
    /// <param name="Result">What it gave.</param>
    /// <param name="DurationMs">How long it took.</param>
    /// <param name="DidNotHappen">Whether it failed and certainly did nothing.</param>
    public sealed record Called(ToolStep Tool, ToolResult Result, long DurationMs, bool DidNotHappen = false) : StepOutcome(Tool);

    /// <summary>A model call failed.</summary>
    public sealed record Failed(RunningStep Failing, Failure Failure) : StepOutcome(Failing)
    {
        /// <summary>What was counted for it until then.</summary>
        public SpentAttempt? Spent { get; init; }
    }

    /// <summary>It did not begin: the session had no time left for it.</summary>
    public sealed record NotBegun(RunningStep Planned) : StepOutcome(Planned);

    /// <summary>It was told to stop and did.</summary>
    public sealed record Aborted(RunningStep Stopped) : StepOutcome(Stopped)
    {
        /// <summary>What was counted for a model call until then.</summary>
        public SpentAttempt? Spent { get; init; }
    }
}
