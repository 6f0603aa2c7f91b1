using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Signals;
using Actant.Steps;
using Actant.Storage;

namespace Actant.Loops;

/// <remarks>
/// An unsafe call may end after its thread has gone elsewhere, and its outcome be a question to a person by then. What it gave is handed in
/// to the thread's inbox; the owner of that time puts it on record and shows it with the question. It never settles the question: the
/// owner of that time, or a person, may have done something else about the call meanwhile.
/// </remarks>
internal sealed partial class ExecutionLoop
{
    private readonly List<(StepOutcome Outcome, long Position)> _unstored = [];

    /// <summary>Outcomes of unsafe calls that will not be stored here.</summary>
    private void HandInUnstored()
    {
        foreach (var (outcome, _) in _unstored)
        {
            _services.Late.HandIn(outcome);
        }

        _unstored.Clear();
    }

    /// <summary>Nobody reads the mailbox any more: what comes, or was not read, is handed in.</summary>
    private void CloseMailbox()
    {
        _mailbox.Writer.TryComplete();
        while (_mailbox.Reader.TryRead(out var message))
        {
            if (message is LoopMessage.StepEnded { Outcome: var outcome })
            {
                _services.Late.HandIn(outcome);
            }
        }

        HandInUnstored();
    }

    /// <summary>Somebody hands in how an attempt ended whose outcome counts as unknown. Of any other one it is of no interest any more.</summary>
    private void TakeReport(InboxSignal signal)
    {
        Consume(signal);
        if (_state.Execution is not { } execution || execution.Id != signal.Execution || LateReport.Read(signal.Body) is not { } late
            || _state.FindCall(late.Path, late.Activation, late.CallId) is not { IsOpen: true } call || call.Attempt != late.Attempt)
        {
            return;
        }

        var asked = execution.Interrupts.FindLast(interrupt =>
            interrupt.Path == late.Path && interrupt.Activation == late.Activation && interrupt.Attempt == late.Attempt
            && interrupt is { IsAnswered: false, Interrupt: { Reason: InterruptReasons.ToolOutcomeUnknown, CallId: { } about } } && about == call.Id);
        var question = asked is null ? null : Decisions.OutcomeUnknown(call, late.Report, mayRetry: !IsClosing(late.Path, late.Activation)) with { Id = asked.Interrupt.Id };
        Write(new CallReported { CallId = call.Id, Tool = call.Tool, Report = late.Report, Interrupt = question }, late.Path, late.Activation, late.Attempt);
    }

    /// <summary>Accepts what was handed in.</summary>
    private void Accept(ScopeRun run, Activation activation, CallState call, CallReport report) => Finish(
        run,
        activation,
        call.Id,
        report.Failure is { } failure ? Tools.ToolResult.Failed(failure)
            : report.HasParts ? Tools.ToolResult.OfParts(report.Output ?? default)
            : Tools.ToolResult.Succeeded(report.Output ?? default),
        byPerson: true,
        durationMs: report.DurationMs,
        attempt: call.Attempt);
}
