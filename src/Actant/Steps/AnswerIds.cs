using Actant.Journaling;

namespace Actant.Steps;

/// <summary>Who an answer is, whatever a model or a filter says.</summary>
internal static class AnswerIds
{
    /// <summary>
    /// What becomes of an answer after the filters saw it: it keeps its id, and each of its calls has one of our ids, which no other
    /// has. A filter may leave calls out or add some; it cannot say which call one is.
    /// </summary>
    /// <param name="step">The step that called the model.</param>
    /// <param name="given">The answer as the filters were given it; <c>null</c> where they answered themselves.</param>
    /// <param name="made">The answer as they made it.</param>
    public static Message Assign(ModelStep step, Message? given, Message made)
    {
        var message = made.Id == step.MessageId && made.Role == Roles.Assistant ? made : made with { Id = step.MessageId, Role = Roles.Assistant };
        if (message.ToolCalls is not { } calls || (ReferenceEquals(calls, given?.ToolCalls) && calls.All(static call => IsFine(call))))
        {
            return message;
        }

        var known = (given?.ToolCalls ?? []).Select(static call => call.Id).ToHashSet(StringComparer.Ordinal);
        var next = known.Count;
        return message with
        {
            ToolCalls = [.. calls.Select(call => call with { Id = known.Remove(call.Id) ? call.Id : Of(step, next++), Name = JournalText.AsText(call.Name) })],
        };
    }

    /// <summary>The id of a call of a step's answer.</summary>
    public static string Of(ModelStep step, int index) =>
        CallIds.Of(step.Context.Execution, step.Run.Path, step.Activation.Name, step.Turn, index);

    private static bool IsFine(ToolDemand call) => call.Name is { } name && NameRules.IsText(name);
}
