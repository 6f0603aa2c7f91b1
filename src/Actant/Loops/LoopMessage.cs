using Actant.Steps;

namespace Actant.Loops;

/// <summary>What a loop's mailbox takes.</summary>
internal abstract record LoopMessage
{
    /// <summary>There are new signals.</summary>
    public static LoopMessage Signalled { get; } = new SignalledMessage();

    /// <summary>The process wants to stop.</summary>
    public static LoopMessage Drain { get; } = new DrainMessage();

    /// <summary>A time was reached.</summary>
    public static LoopMessage Time { get; } = new TimeMessage();

    /// <summary>A thread of this name was deleted.</summary>
    public static LoopMessage Deleted { get; } = new DeletedMessage();

    /// <summary>Somebody looks on, and would be shown something once what came before it is stored.</summary>
    public static LoopMessage Wanted { get; } = new WantedMessage();

    /// <summary>A step's attempt ended.</summary>
    public sealed record StepEnded(StepOutcome Outcome) : LoopMessage;

    /// <inheritdoc cref="Signalled" />
    public sealed record SignalledMessage : LoopMessage;

    /// <inheritdoc cref="Drain" />
    public sealed record DrainMessage : LoopMessage;

    /// <inheritdoc cref="Time" />
    public sealed record TimeMessage : LoopMessage;

    /// <inheritdoc cref="Wanted" />
    public sealed record WantedMessage : LoopMessage;

    /// <inheritdoc cref="Deleted" />
    public sealed record DeletedMessage : LoopMessage;
}
