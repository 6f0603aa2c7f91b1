namespace Actant.Journaling;

/// <summary>About how many bytes an entry will have, without writing it.</summary>
internal static class EntryWeight
{
    private const int Envelope = 256;

    public static long Of(EntryPayload payload) => Envelope + payload switch
    {
        InputReceived input => JsonValues.BytesOf(input.Input) + Of(input.Operations),
        ModelAnswered answered => JsonValues.BytesOf(answered.Message.Content) + (answered.Message.Parts?.Sum(JsonValues.BytesOf) ?? 0) + Of(answered.Message.ToolCalls) + Of(answered.CutCalls),
        ToolStarted started => JsonValues.BytesOf(started.Arguments),
        ToolFinished finished => JsonValues.BytesOf(finished.Output ?? default),
        NodeFinished finished => Of(finished.Operations),
        StateUpdated updated => Of(updated.Operations),
        Interrupted interrupted => Of(interrupted.Interrupt),
        CallReported reported => JsonValues.BytesOf(reported.Report.Output ?? default) + (reported.Interrupt is { } asked ? Of(asked) : 0),
        Resumed resumed => JsonValues.BytesOf(resumed.Answer),
        ExecutionCompleted completed => JsonValues.BytesOf(completed.Output),
        _ => 0,
    };

    private static long Of(Interrupt asked) =>
        (2 * asked.Prompt.Length) + JsonValues.BytesOf(asked.Arguments ?? default) + JsonValues.BytesOf(asked.Proposal?.Output ?? default);

    private static long Of(IReadOnlyList<ToolDemand>? calls) => calls?.Sum(static call => JsonValues.BytesOf(call.Arguments)) ?? 0;

    private static long Of(IReadOnlyList<StateOperation>? operations)
    {
        var bytes = 0L;
        for (var i = 0; i < (operations?.Count ?? 0); i++)
        {
            bytes += JsonValues.BytesOf(operations![i].Value);
        }

        return bytes;
    }
}
