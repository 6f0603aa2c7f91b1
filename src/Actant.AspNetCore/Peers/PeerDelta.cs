using Actant.Events;

namespace Actant.AspNetCore.Peers;

/// <summary>A delta of an answer on its way between nodes.</summary>
internal sealed record PeerDelta(Guid Execution, string Path, string Activation, string Message, int Attempt, long Epoch, int Offset, string? Text)
{
    public static PeerDelta Of(AnswerDelta delta) => new(
        delta.Execution.Value, delta.Path, delta.Activation, delta.MessageId, delta.Attempt, delta.Epoch, delta.Offset, delta.Text.Length == 0 ? null : delta.Text);

    public AnswerDelta ToDelta() => new()
    {
        Execution = new ExecutionId(Execution),
        Path = Path ?? "",
        Activation = Activation,
        MessageId = Message,
        Attempt = Attempt,
        Epoch = Epoch,
        Offset = Offset,
        Text = Text ?? "",
    };
}
