using Actant.Definitions;
using Actant.Journaling;
using Actant.LanguageModels;

namespace Actant.Steps;

/// <summary>
/// Answers that are not whole: cut off, filtered, refused, or without the calls that they say to demand. Half a call may look whole (<c>pay(to: "Ad")</c>), so calls in them are never made;
/// what becomes of the rest is the node's policy.
/// </summary>
internal static class CutAnswers
{
    /// <summary>Why an answer is a failure; <c>null</c> if it is none.</summary>
    public static Failure? FailureOf(ModelStep step, string? reason, Message answer)
    {
        var policy = step.Activation.Node.Definition.OnCut;
        var calls = answer.ToolCalls?.Count ?? 0;
        if (reason == FinishReasons.ToolCalls && calls == 0)
        {
            // What the model wanted is lost: taken for an answer, it would be one that nobody gave.
            return new Failure
            {
                Code = ModelErrors.Malformed,
                Message = $"The answer of `{step.Request.Model.ModelName}` ended for the reason `{reason}`, and there is no call in it that can be read.",
            };
        }

        if (!FinishReasons.IsCut(reason) || policy == CutPolicy.Accept || (policy == CutPolicy.Default && calls == 0))
        {
            return null;
        }

        return new Failure
        {
            Code = ModelErrors.Cut,
            Message = $"The answer of `{step.Request.Model.ModelName}` is not whole (`{reason}`)"
                + $"{(calls == 0 ? "" : calls == 1 ? ", so the call in it was not made" : $", so the {calls} calls in it were not made")}. {Advice(reason)}",
            Transient = policy == CutPolicy.Retry,
        };
    }

    /// <summary>What is kept of an answer that is accepted, and the calls that are not.</summary>
    public static (Message Kept, IReadOnlyList<ToolDemand>? CutCalls) Keep(string? reason, Message answer) =>
        FinishReasons.IsCut(reason) && answer.ToolCalls is { } calls ? (answer with { ToolCalls = null }, calls) : (answer, null);

    private static string Advice(string? reason) => reason switch
    {
        FinishReasons.Length => "Raise `max_output_tokens`, or ask for less.",
        FinishReasons.ContentFilter => "The provider's filter took something out: change what is asked, or its settings.",
        _ => "The model declined: change what is asked.",
    };
}
