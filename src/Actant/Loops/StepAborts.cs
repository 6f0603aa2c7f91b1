namespace Actant.Loops;

/// <summary>Stops what runs when the execution ends, and keeps what still ends well within the grace.</summary>
internal sealed class StepAborts(LeasedThread thread, OpenScopes scopes, RunningSteps steps, StepEntries entries, StepOutcomes outcomes, LoopMailbox mailbox)
{
    /// <summary>Stops everything, and waits for it as long as the grace lasts.</summary>
    public async Task AbortAsync()
    {
        steps.Admitted.ForEach(entries.SettleNotBegun);
        steps.ClearPlanned();
        if (steps.Count > 0)
        {
            await AbortRunningAsync();
        }

        scopes.ClearWork();
    }

    private async Task AbortRunningAsync()
    {
        steps.RequestStop(static _ => true);
        using var grace = new CancellationTokenSource(thread.Services.Options.AbortGrace, thread.Services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(grace.Token, thread.LeaseLost);
        while (steps.Count > 0)
        {
            try
            {
                if (await mailbox.ReadAsync(either.Token) is LoopMessage.StepEnded { Outcome: var outcome })
                {
                    outcomes.Keep(outcome);
                }
            }
            catch (OperationCanceledException) when (!thread.LeaseLost.IsCancellationRequested)
            {
                steps.GiveUp(static _ => true);
            }
        }
    }
}
