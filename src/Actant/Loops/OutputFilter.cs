using System.Text.Json;
using Actant.Filters;

namespace Actant.Loops;

/// <summary>What an execution gives passes its filters before its end is stored; refused, it has failed.</summary>
internal sealed class OutputFilter(LeasedThread thread, LoopCourse course, LoopJournal journal, LoopClock clock)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    /// <summary>Lets the output pass, if there is one.</summary>
    public async ValueTask PassAsync()
    {
        var chain = thread.Services.Filters.Outputs;
        if (chain.IsEmpty || course.Ending is not { Status: ExecutionStatus.Completed, Result: { HasOutput: true } result } || journal.Execution is not { } execution)
        {
            return;
        }

        var context = new OutputContext
        {
            Site = new FilterSite(thread.Key.Tenant)
            {
                Thread = thread.Key.Thread,
                Execution = execution.Id,
                Agent = execution.Agent,
                AgentVersion = execution.Definition,
                Principal = execution.Principal,
                Security = execution.Security,
            },
            Value = result.Output,
            MessageId = result.MessageId,
        };
        var left = clock.Deadline - thread.Now is { } time && time < s_longest ? TimeSpan.FromTicks(Math.Max(0, time.Ticks)) : s_longest;
        using var timeout = new CancellationTokenSource(left, thread.Services.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, thread.LeaseLost);
        try
        {
            var passed = await FilterChains.PassAsync(chain, context, stop.Token).AsTask().WaitAsync(stop.Token);
            if (!JsonElement.DeepEquals(passed, result.Output))
            {
                course.Ending = Ending.Completed(result with { Output = passed, MessageId = null });
            }
        }
        catch (FilterRefusedException refused)
        {
            course.Ending = Ending.Failed(refused.Failure);
        }
        catch (OperationCanceledException) when (!thread.LeaseLost.IsCancellationRequested)
        {
            course.Ending = clock.Deadline is { } deadline && deadline <= thread.Now
                ? Ending.TimedOut(deadline)
                : Ending.Failed(FilterFaults.Unusable("the output", $"they took more than {s_longest.TotalSeconds:0} s.").Failure);
        }
    }
}
