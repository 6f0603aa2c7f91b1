using Actant.Events;

namespace Actant.AspNetCore.Peers;

/// <summary>A piece of an answer on its way between nodes.</summary>
internal sealed record PeerPiece(Guid Execution, string Path, string Activation, string Message, int Attempt, long Epoch, int Offset, string? Text)
{
    public static PeerPiece Of(AnswerPiece piece) => new(
        piece.Execution.Value, piece.Path, piece.Activation, piece.MessageId, piece.Attempt, piece.Epoch, piece.Offset, piece.Text.Length == 0 ? null : piece.Text);

    public AnswerPiece ToPiece() => new()
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
