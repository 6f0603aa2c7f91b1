using System.Text.Json;
using Actant.Filters;

namespace Actant.Loops;

/// <summary>What an execution gives passes its filters before its end is stored; refused, it has failed. What comes in meanwhile is heard: a cancel ends it.</summary>
internal sealed class OutputFilter(LeasedThread thread, LoopCourse course, LoopJournal journal, LoopClock clock, Inbox inbox, LoopMailbox mailbox)
{
    /// <summary>Lets the output pass, if there is one. Afterwards the execution may end in another way.</summary>
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
        var deadline = clock.Deadline;
        using var late = new CancellationTokenSource(Until(deadline), thread.Services.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, thread.LeaseLost);
        try
        {
            var passing = FilterChains.PassAsync(chain, context, thread.Services.Options.FilterTimeout, thread.Services.Time, stop.Token).AsTask();
            if (!passing.IsCompleted)
            {
                await HearAsync(passing, stop);
            }

            var passed = await passing;
            if (!JsonElement.DeepEquals(passed, result.Output))
            {
                course.Ending = Ending.Completed(result with { Output = passed, MessageId = null });
            }
        }
        catch (Exception exception) when (exception is FilterRefusedException or OperationCanceledException && !thread.LeaseLost.IsCancellationRequested)
        {
            if (course.Ending is { Status: ExecutionStatus.Completed })
            {
                course.Ending = deadline is { } passed && late.IsCancellationRequested ? Ending.TimedOut(passed) : Ending.Failed(((FilterRefusedException)exception).Failure);
            }
        }
    }

    /// <summary>Reads what comes in until the output has passed. Once the execution is cancelled nobody waits for that any more.</summary>
    private async Task HearAsync(Task passing, CancellationTokenSource stop)
    {
        List<LoopMessage> others = [];
        using var deaf = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        while (!passing.IsCompleted)
        {
            Task coming = mailbox.WaitAsync(deaf.Token).AsTask();
            await Task.WhenAny(passing, coming);
            while (mailbox.TryRead(out var message))
            {
                if (message is LoopMessage.SignalledMessage)
                {
                    await inbox.TakeAsync();
                }
                else
                {
                    others.Add(message);
                }
            }

            if (course.Ending is not { Status: ExecutionStatus.Completed })
            {
                await stop.CancelAsync();
            }

            if (passing.IsCompleted || stop.IsCancellationRequested)
            {
                await deaf.CancelAsync();
                await coming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            }
        }

        others.ForEach(message => mailbox.TryPost(message));
    }

    private TimeSpan Until(DateTimeOffset? deadline) =>
        deadline - thread.Now is not { } left || left > s_longestTimer ? Timeout.InfiniteTimeSpan : left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(1);
}
