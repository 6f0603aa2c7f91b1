using System.Text.Json;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Tools;

namespace Actant.Loops;

/// <summary>Carries out what <see cref="CallPolicy"/> says about the calls of an activation.</summary>
internal sealed class CallPlanner(
    OpenScopes scopes, ClosingScopes closings, CallFilters filters, StepEntries entries, StepPlans plans, ScopeTree tree)
{
    /// <summary>Looks at the calls that have neither ended nor are under way. The others are only passed over: there may be thousands.</summary>
    public void Plan(ScopeRun run, Activation activation, ActivationView view, Move.CallTools move)
    {
        for (var i = 0; i < move.Calls.Count; i++)
        {
            var call = move.Calls[i];
            if (!call.IsFinished && !plans.IsUnderWay(run, activation, call))
            {
                var planned = move.Plan(call);
                var isEntered = planned.Nested is { } nested && scopes.Contains(nested.Path);
                CarryOut(CallPolicy.Of(planned, view, activation, isEntered), run, activation, view, planned, planned.Call.Arguments);
            }
        }
    }

    /// <summary>Looks at the calls of an activation that is closing: only those that are unsafe and unknown are of interest.</summary>
    public void PlanClosing(ScopeRun run, Activation activation, ActivationView view, Move.CallTools move)
    {
        foreach (var planned in move.Calls.Where(static state => !state.IsFinished).Select(move.Plan).ToList())
        {
            if (planned.Nested is { } nested)
            {
                EnterClosing(run, activation, nested);
            }
            else if (planned is { Call: { IsOpen: true, Class: ToolClass.Unsafe }, Tool: { } tool } && !plans.IsUnderWay(run, activation, planned.Call))
            {
                CarryOut(CallPolicy.OfUnknown(planned.Call, tool, view, activation), run, activation, view, planned, planned.Call.Arguments);
            }
        }
    }

    /// <summary>Goes on with a scope of an activation that is closing if unsafe calls in it are unknown.</summary>
    public void EnterClosing(ScopeRun run, Activation activation, NestedScope nested)
    {
        if (tree.HasBegun(nested) && closings.HasOpenCalls(nested.Path))
        {
            tree.Enter(run, activation, nested);
        }
    }

    private void CarryOut(in CallVerdict verdict, ScopeRun run, Activation activation, ActivationView view, PlannedCall planned, JsonElement arguments)
    {
        switch (verdict.Next)
        {
            case CallVerdict.Move.Filter:
                Filter(run, activation, view, planned);
                break;
            case CallVerdict.Move.Make:
                Make(run, activation, view, planned.Call, planned.Tool!, arguments);
                break;
            case CallVerdict.Move.Enter:
                tree.Enter(run, activation, planned.Nested!, arguments);
                break;
            case CallVerdict.Move.Ask:
                entries.Ask(run.Path, activation.Name, verdict.Question!, verdict.Attempt);
                break;
            case CallVerdict.Move.Finish:
                entries.Finish(run, activation, planned.Call.Id, verdict.Result!, verdict.Tool, verdict.ByPerson, verdict.DurationMs, verdict.Attempt);
                break;
        }
    }

    private void Filter(ScopeRun run, Activation activation, ActivationView view, PlannedCall planned)
    {
        if (filters.Arguments(run, activation, view, planned, out var unusable) is { } arguments)
        {
            CarryOut(CallPolicy.OfFiltered(planned, view, arguments), run, activation, view, planned, arguments);
        }
        else if (unusable is not null)
        {
            entries.Finish(run, activation, planned.Call.Id, ToolResult.NotDone(unusable), planned.Call.Tool);
        }
    }

    private void Make(ScopeRun run, Activation activation, ActivationView view, CallState call, BoundTool tool, JsonElement arguments)
    {
        if (plans.MustWait(run, activation, call))
        {
            return;
        }

        plans.CallTool(run, activation, view, call, tool, arguments);
    }
}
