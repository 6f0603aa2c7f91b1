using System.Text.Json;
using Actant.Filters;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Steps;
using Actant.Tools;

namespace Actant.Loops;

/// <summary>Lets the arguments of calls, and what other agents answer to them, pass their filters.</summary>
/// <remarks>
/// The arguments of a call pass their filters once: after the schema check, before anybody is asked and before they are sent. What is left
/// of them is recorded by the entry that comes next (the question to a person, the start of the call, the input of the other agent), and
/// from then on only that counts. Until then it is kept here; a process that takes over before filters anew.
/// </remarks>
internal sealed class CallFilters(LeasedThread thread, LoopJournal journal, OpenScopes scopes, RunningSteps steps)
{
    private readonly Dictionary<StepKey, JsonElement> _filtered = [];

    private FilterChains Filters => thread.Services.Filters;

    /// <summary>What a call is made with, or another agent is told; <c>null</c> while it passes, and where it is of no use.</summary>
    /// <param name="run">The scope.</param>
    /// <param name="activation">The activation that demands the call.</param>
    /// <param name="view">What it sees.</param>
    /// <param name="planned">The call, and who answers it.</param>
    /// <param name="unusable">Why the arguments are of no use.</param>
    public JsonElement? Arguments(ScopeRun run, Activation activation, ActivationView view, PlannedCall planned, out Failure? unusable)
    {
        unusable = null;
        var passesNothing = planned.Tool is { } called ? Filters.Arguments.IsEmpty && !called.RequiresApproval : Filters.Delegations.IsEmpty;
        return passesNothing || HasRecordedArguments(view, planned.Call) ? planned.Call.Arguments
            : planned.Tool is { } tool ? Checked(run, activation, planned.Call, tool, out unusable)
            : Task(run, activation, planned.Call, planned.Nested!, out unusable);
    }

    /// <summary>Whether arguments are other ones than those that were demanded, and no entry says so yet.</summary>
    public bool HasChanged(ScopeRun run, Activation activation, CallState call, JsonElement arguments) =>
        _filtered.ContainsKey(new StepKey(run.Path, activation.Name, call.Id)) && !JsonElement.DeepEquals(arguments, call.Arguments);

    /// <summary>Lets pass what another agent answers to a call, unless it is on its way.</summary>
    /// <param name="run">The scope of who called it.</param>
    /// <param name="caller">Who called it.</param>
    /// <param name="callId">The call.</param>
    /// <param name="result">How the other agent ended.</param>
    /// <param name="passed">Goes on with what is left of it; at once where there is nothing to pass.</param>
    public void PassResult(ScopeRun run, Activation caller, string callId, ScopeResult result, Action<ScopeResult> passed)
    {
        var chain = Filters.DelegateResults;
        if (chain.IsEmpty || result.Failure is not null || !result.HasOutput)
        {
            passed(result);
        }
        else if (!steps.IsUnderWay(new StepKey(run.Path, caller.Name, callId)))
        {
            var name = journal.State.FindCall(run.Path, caller.Name, callId)?.Tool ?? callId;
            Pass(
                run,
                caller,
                callId,
                (context, stop) => FilterChains.PassAsync(
                    chain, new DelegateResultContext { Site = FilterSite.Of(context), Value = result.Output, CallId = callId, Delegate = name }, stop),
                value => passed(result with { Output = value }));
        }
    }

    /// <summary>A call has ended.</summary>
    public void Forget(ScopeRun run, Activation activation, string callId) => _filtered.Remove(new StepKey(run.Path, activation.Name, callId));

    /// <summary>Nothing has passed that is not recorded.</summary>
    public void Clear() => _filtered.Clear();

    /// <summary>Whether an entry says with which arguments the call is made, or would have been.</summary>
    private static bool HasRecordedArguments(ActivationView view, CallState call) =>
        call.Attempt > 0 || call.SettledAttempt > 0 || (view.Question(InterruptReasons.ToolApproval, call.Id) is { } asked && asked.Turn == view.State.Turns);

    /// <summary>The arguments that a tool is called with, which fit it.</summary>
    private JsonElement? Checked(ScopeRun run, Activation activation, CallState call, BoundTool tool, out Failure? unusable)
    {
        unusable = null;
        var chain = Filters.Arguments;
        var isFiltered = _filtered.TryGetValue(new StepKey(run.Path, activation.Name, call.Id), out var filtered);
        var arguments = isFiltered ? filtered : call.Arguments;
        if (tool.CheckArguments(arguments) is { } invalid)
        {
            unusable = isFiltered ? FilterFaults.Unusable($"the arguments of '{tool.Name}'", invalid.Message).Failure : invalid;
            return null;
        }

        if (isFiltered || chain.IsEmpty)
        {
            return arguments;
        }

        PassArguments(run, activation, call.Id, (context, stop) => FilterChains.PassAsync(
            chain,
            new ToolArgumentsContext
            {
                Site = FilterSite.Of(context),
                Value = arguments,
                CallId = call.Id,
                Tool = tool.Name,
                Class = tool.Class,
                RequiresApproval = tool.RequiresApproval,
            },
            stop));
        return null;
    }

    /// <summary>What another agent is told that is called as a tool.</summary>
    private JsonElement? Task(ScopeRun run, Activation activation, CallState call, NestedScope nested, out Failure? unusable)
    {
        unusable = null;
        if (_filtered.TryGetValue(new StepKey(run.Path, activation.Name, call.Id), out var filtered))
        {
            if (Nodes.Delegate.TaskOf(filtered) is not null || Nodes.Delegate.TaskOf(call.Arguments) is null)
            {
                return filtered;
            }

            unusable = FilterFaults.Unusable($"what '{call.Tool}' is told", "it is no object with a text `task`.").Failure;
            return null;
        }

        PassArguments(run, activation, call.Id, (context, stop) => FilterChains.PassAsync(
            Filters.Delegations,
            new DelegationContext
            {
                Site = FilterSite.Of(context),
                Value = call.Arguments,
                CallId = call.Id,
                Delegate = call.Tool,
                RequiresApproval = nested.RequiresApproval,
            },
            stop));
        return null;
    }

    private void PassArguments(ScopeRun run, Activation activation, string callId, Func<ToolContext, CancellationToken, ValueTask<JsonElement>> pass) => Pass(
        run,
        activation,
        callId,
        pass,
        arguments =>
        {
            _filtered[new StepKey(run.Path, activation.Name, callId)] = arguments;
            scopes.Enqueue(run, activation);
        });

    private void Pass(ScopeRun run, Activation activation, string callId, Func<ToolContext, CancellationToken, ValueTask<JsonElement>> pass, Action<JsonElement> passed)
    {
        var context = StepPlans.Context(thread.Key, journal.Execution!, run, activation);
        steps.Planned.Enqueue(new FilterStep
        {
            Run = run,
            Activation = activation,
            Attempt = 1,
            Context = context,
            CallId = callId,
            Pass = stop => pass(context, stop),
            Passed = passed,
        });
    }
}
