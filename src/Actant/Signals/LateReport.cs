using System.Text.Json.Serialization;
using Actant.Journaling;
using Actant.Steps;
using Actant.Storage;
using Actant.Tools;

namespace Actant.Signals;

/// <summary>The body of a callback signal: how an attempt of an unsafe call ended, from whoever made it and does not hold the thread any more.</summary>
/// <param name="Path">The scope of the node that demanded it.</param>
/// <param name="Activation">The node's activation.</param>
/// <param name="CallId">The call.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Report">How it ended.</param>
internal sealed record LateReport(string Path, string Activation, string CallId, int Attempt, CallReport Report)
{
    /// <summary>256 KiB: how large an output is handed in. It is shown with the question each time that somebody looks.</summary>
    public const int MaxOutputBytes = 256 * 1024;

    /// <summary>One call's attempt ends once: whoever hands it in again says the same.</summary>
    [JsonIgnore]
    public string Key => $"late:{CallId}:{Attempt}";

    /// <summary>The report of an outcome; <c>null</c> where there is nothing that a person could not say better.</summary>
    public static LateReport? Of(StepOutcome outcome) => (outcome.Step, outcome) switch
    {
        (ToolStep { Tool.Class: ToolClass.Unsafe } step, StepOutcome.Called { Result: var result } called)
            when result.Failure?.Code != ToolErrors.OutcomeUnknown => Of(step, result, called.DurationMs),
        (ToolStep { Tool.Class: ToolClass.Unsafe } step, StepOutcome.NotBegun) =>
            Of(step, ToolResult.Failed(ToolErrors.NotBegun, $"`{step.Call.Tool}` was not called."), durationMs: 0),
        _ => null,
    };

    /// <summary>The signal that hands it in.</summary>
    public Signal SignalOf(ExecutionId execution) => new()
    {
        Kind = SignalKind.Callback,
        Execution = execution,
        Key = Key,
        Body = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(this, SignalJson.Default.LateReport),
    };

    /// <summary>From bytes; <c>null</c> if they are damaged, or of something else.</summary>
    public static LateReport? Read(ReadOnlyMemory<byte> body) =>
        SignalBody.Read(body, SignalJson.Default.LateReport) is { Path: not null, Activation: not null, CallId: not null, Report: not null } report ? report : null;

    private static LateReport Of(ToolStep step, ToolResult result, long durationMs)
    {
        var kept = result.Output is { } output ? ToolGate.TooLarge(step.Tool, output, MaxOutputBytes) ?? result : result;
        return new LateReport(step.Run.Path, step.Activation.Name, step.Call.Id, step.Attempt, new CallReport
        {
            Output = kept.Output,
            HasParts = kept.HasParts,
            Failure = kept.Failure,
            DurationMs = durationMs,
        });
    }
}
