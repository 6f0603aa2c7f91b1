using Actant.Metering;

namespace Actant.Steps;

/// <summary>What the ends of steps say to the meter.</summary>
internal static class StepMeter
{
    private const string Failed = "failed";

    /// <summary>One attempt of a model or tool call ended.</summary>
    public static void Attempted(this EngineMeter meter, StepOutcome outcome, TimeSpan took)
    {
        if (!meter.IsHeard)
        {
            return;
        }

        var seconds = took.TotalSeconds;
        switch (outcome)
        {
            case StepOutcome.Answered answered:
                meter.Answered(answered.Answer, answered.Model.Request.Model.ModelName, seconds);
                break;
            case StepOutcome.Called called:
                meter.Called(called.Tool.Tool.Name, called.Result.Failure is null ? "succeeded" : Failed, seconds);
                break;
            case StepOutcome.Failed { Step: ModelStep model } failed:
                meter.Unanswered(model.Request.Model, failed.Failure.Code, seconds);
                if (failed.Spent is { } spent)
                {
                    meter.Spent(spent.ModelSource, model.Request.Model.ModelName, spent.Usage, spent.Cost.Usd);
                }

                break;
            case StepOutcome.Failed { Step: ToolStep tool }:
                meter.Called(tool.Tool.Name, Failed, seconds);
                break;
            case StepOutcome.Aborted { Step: ModelStep model }:
                meter.Abandoned(model.Request.Model, seconds);
                break;
            case StepOutcome.Aborted { Step: ToolStep tool }:
                meter.Called(tool.Tool.Name, EngineMeter.Aborted, seconds);
                break;
        }
    }
}
