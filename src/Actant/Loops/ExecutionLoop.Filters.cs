using System.Text.Json;
using Actant.Filters;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Steps;
using Actant.Tools;

namespace Actant.Loops;

/// <remarks>
/// The arguments of a call pass their filters once: after the schema check, before anybody is asked and before they are sent. What is left
/// of them is recorded by the entry that comes next (the question to a person, the start of the call, the input of the other agent), and
/// from then on only that counts. Until then it is kept here; a process that takes over before filters anew.
/// </remarks>
internal sealed partial class ExecutionLoop
{
    private static readonly TimeSpan s_longestOutputFilter = TimeSpan.FromMinutes(1);

    private readonly Dictionary<StepKey, JsonElement> _filtered = [];

    /// <summary>The arguments that a tool is called with; <c>null</c> while they pass, and where they are of no use.</summary>
    private JsonElement? FilteredArguments(ScopeRun run, Activation activation, ActivationView view, CallState call, BoundTool tool)
    {
        var chain = _services.Filters.Arguments;
        if (HasRecordedArguments(view, call) || (chain.IsEmpty && !tool.RequiresApproval))
        {
            return call.Arguments;
        }

        var isFiltered = _filtered.TryGetValue(new StepKey(run.Path, activation.Name, call.Id), out var filtered);
        var arguments = isFiltered ? filtered : call.Arguments;
        if (tool.CheckArguments(arguments) is { } invalid)
        {
            Finish(run, activation, call.Id, ToolResult.NotDone(isFiltered ? FilterFaults.Unusable($"the arguments of '{tool.Name}'", invalid.Message).Failure : invalid), call.Tool);
            return null;
        }

        if (isFiltered || chain.IsEmpty)
        {
            return arguments;
        }

        FilterArguments(run, activation, call.Id, (context, stop) => FilterChains.PassAsync(
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

    /// <summary>What another agent is told that is called as a tool; <c>null</c> while it passes.</summary>
    private JsonElement? FilteredTask(ScopeRun run, Activation activation, ActivationView view, CallState call, NestedScope nested)
    {
        var chain = _services.Filters.Delegations;
        if (chain.IsEmpty || HasRecordedArguments(view, call))
        {
            return call.Arguments;
        }

        if (_filtered.TryGetValue(new StepKey(run.Path, activation.Name, call.Id), out var filtered))
        {
            return filtered;
        }

        FilterArguments(run, activation, call.Id, (context, stop) => FilterChains.PassAsync(
            chain,
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

    /// <summary>The scope of another agent is over: its answer passes its filters, and whoever called it goes on.</summary>
    private void LeaveCall(ScopeRun run, ScopeRun parent, string callId, ScopeResult result)
    {
        var (caller, chain) = (run.Caller!, _services.Filters.DelegateResults);
        if (chain.IsEmpty || result.Failure is not null || !result.HasOutput)
        {
            Told(result);
        }
        else if (!IsUnderWay(new StepKey(parent.Path, caller.Name, callId)))
        {
            var name = _state.FindCall(parent.Path, caller.Name, callId)?.Tool ?? callId;
            Filter(
                parent,
                caller,
                callId,
                (context, stop) => FilterChains.PassAsync(
                    chain, new DelegateResultContext { Site = FilterSite.Of(context), Value = result.Output, CallId = callId, Delegate = name }, stop),
                value => Told(result with { Output = value }));
        }

        void Told(ScopeResult told)
        {
            Close(run.Path);
            Finish(parent, caller, callId, ToolResultOf(told));
        }
    }

    /// <summary>What the execution gives passes its filters; refused, it has failed.</summary>
    private async ValueTask FilterOutputAsync()
    {
        if (_services.Filters.Outputs.IsEmpty || _ending is not { Status: ExecutionStatus.Completed, Result: { HasOutput: true } result } || _state.Execution is not { } execution)
        {
            return;
        }

        var context = new OutputContext
        {
            Site = new FilterSite(Thread.Tenant)
            {
                Thread = Thread.Thread,
                Execution = execution.Id,
                Agent = execution.Agent,
                AgentVersion = execution.Definition,
                Principal = execution.Principal,
                Security = execution.Security,
            },
            Value = result.Output,
            MessageId = result.MessageId,
        };
        using var clock = new CancellationTokenSource(Deadline - Now is { } left && left < s_longestOutputFilter ? TimeSpan.FromTicks(Math.Max(0, left.Ticks)) : s_longestOutputFilter, _services.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, _leaseLost);
        try
        {
            var passed = await FilterChains.PassAsync(_services.Filters.Outputs, context, stop.Token).AsTask().WaitAsync(stop.Token);
            _ending = JsonElement.DeepEquals(passed, result.Output) ? _ending : Ending.Completed(result with { Output = passed, MessageId = null });
        }
        catch (FilterRefusedException refused)
        {
            _ending = Ending.Failed(refused.Failure);
        }
        catch (OperationCanceledException) when (!_leaseLost.IsCancellationRequested)
        {
            _ending = Deadline is { } deadline && deadline <= Now
                ? new Ending(ExecutionStatus.TimedOut) { Deadline = deadline }
                : Ending.Failed(FilterFaults.Unusable("the output", $"they took more than {s_longestOutputFilter.TotalSeconds:0} s.").Failure);
        }
    }

    /// <summary>Whether an entry says with which arguments the call is made, or would have been.</summary>
    private static bool HasRecordedArguments(ActivationView view, CallState call) =>
        call.Attempt > 0 || call.SettledAttempt > 0 || (view.Question(InterruptReasons.ToolApproval, call.Id) is { } asked && asked.Turn == view.State.Turns);

    private void FilterArguments(ScopeRun run, Activation activation, string callId, Func<ToolContext, CancellationToken, ValueTask<JsonElement>> pass) => Filter(
        run,
        activation,
        callId,
        pass,
        arguments =>
        {
            _filtered[new StepKey(run.Path, activation.Name, callId)] = arguments;
            _work.Enqueue((run, activation));
        });

    private void Filter(ScopeRun run, Activation activation, string callId, Func<ToolContext, CancellationToken, ValueTask<JsonElement>> pass, Action<JsonElement> passed)
    {
        var context = Context(run, activation);
        _planned.Enqueue(new FilterStep
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

    /// <summary>Begins to let a value pass. What has passed at once is gone on with at once.</summary>
    private void Pass(FilterStep step)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_leaseLost);
        var passing = step.Pass(stop.Token);
        if (passing.IsCompletedSuccessfully)
        {
            stop.Dispose();
            step.Passed(passing.Result);
            Plan();
            return;
        }

        _running[step.Key] = (step, stop);
        _ = WaitAsync(step, passing);
    }

    private async Task WaitAsync(FilterStep step, ValueTask<JsonElement> passing)
    {
        StepOutcome outcome;
        try
        {
            outcome = new StepOutcome.Passed(step, await passing);
        }
        catch (FilterRefusedException refused)
        {
            outcome = new StepOutcome.Failed(step, refused.Failure) { EndsExecution = refused.Scope == RefusalScope.Execution };
        }
        catch (OperationCanceledException)
        {
            outcome = new StepOutcome.Aborted(step);
        }

        _mailbox.Writer.TryWrite(new LoopMessage.StepEnded(outcome));
    }
}
