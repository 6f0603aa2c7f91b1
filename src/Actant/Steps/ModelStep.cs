using Actant.Events;
using Actant.Nodes;

namespace Actant.Steps;

/// <summary>A model call.</summary>
internal sealed record ModelStep : RunningStep
{
    /// <summary>What it is called with.</summary>
    public required ModelRequest Request { get; init; }

    /// <summary>The id of the answer's message.</summary>
    public required string MessageId { get; init; }

    /// <summary>How often the activation's model has answered before.</summary>
    public required int Turn { get; init; }

    /// <summary>The owner's epoch.</summary>
    public required long Epoch { get; init; }

    /// <summary>The position that must be stored before anybody is shown a part of the answer.</summary>
    public required long After { get; init; }

    /// <summary>One name for the reservation, the settlement and the entry of this attempt: what the entry is made of, it names.</summary>
    public string ReservationKey => $"{MessageId}/{Attempt}/{Epoch}";

    /// <inheritdoc />
    public override StepKey Key => new(Run.Path, Activation.Name, null);

    /// <summary>A delta of its answer.</summary>
    public AnswerDelta Delta(int offset, string text) => new()
    {
        Execution = Context.Execution,
        Path = Run.Path,
        Activation = Activation.Name,
        MessageId = MessageId,
        Attempt = Attempt,
        Epoch = Epoch,
        Offset = offset,
        Text = text,
        After = After,
    };
}
