using System.Text.Json;
using Actant.Filters;
using Actant.Steps;

namespace Actant.Loops;

/// <summary>Lets values pass their filters, beside the loop where those take their time.</summary>
internal sealed class FilterSteps(RunningSteps steps, ActivationPlanner planner, LoopMailbox mailbox)
{
    /// <summary>Begins to let a value pass. What has passed at once is gone on with at once.</summary>
    public void Pass(FilterStep step)
    {
        var passing = step.Pass(steps.Begin(step));
        if (passing.IsCompletedSuccessfully)
        {
            steps.Remove(step);
            step.Passed(passing.Result);
            planner.Plan();
            return;
        }

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

        mailbox.TryPost(new LoopMessage.StepEnded(outcome));
    }
}
