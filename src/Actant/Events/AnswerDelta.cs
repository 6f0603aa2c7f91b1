using Actant.Journaling;

namespace Actant.Events;

/// <summary>A delta: an unstored part of an answer, published as it comes.</summary>
public sealed record AnswerDelta
{
    /// <summary>The execution.</summary>
    public required ExecutionId Execution { get; init; }

    /// <summary>The scope of the activation.</summary>
    public required string Path { get; init; }

    /// <summary>The activation whose model answers.</summary>
    public required string Activation { get; init; }

    /// <summary>The id that the finished message will have.</summary>
    public required string MessageId { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The epoch of the owner: readers drop deltas of an older one.</summary>
    public required long Epoch { get; init; }

    /// <summary>Where the text begins in the answer, in UTF-16 units.</summary>
    public int Offset { get; init; }

    /// <summary>The text.</summary>
    public string Text { get; init; } = "";

    /// <summary>The position that must be stored before anybody is shown it: the story so far comes first.</summary>
    internal long After { get; init; }

    /// <summary>Whether an entry settles the answer: it is stored, or nobody will give it.</summary>
    internal bool IsSettledBy(Entry entry) => entry.Payload switch
    {
        Taken => true,
        ModelAnswered answered => answered.Message.Id == MessageId,
        NodeFinished => (entry.Path == Path && entry.Activation == Activation) || IsIn(ScopePath.OfNode(entry.Path, entry.Activation!)),
        ToolFinished finished => IsIn(ScopePath.OfCall(entry.Path, entry.Activation!, finished.CallId)),
        ExecutionCompleted or ExecutionFailed or ExecutionCancelled or ExecutionTimedOut => entry.Execution == Execution,
        _ => false,
    };

    private bool IsIn(string scope) => ScopePath.IsAtOrBelow(Path, scope);
}
