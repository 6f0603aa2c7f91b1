using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>The open execution.</summary>
internal sealed class ExecutionState
{
    /// <summary>Its id.</summary>
    public required ExecutionId Id { get; set; }

    /// <summary>Its first entry.</summary>
    public long StartPosition { get; init; }

    /// <summary>The agent's name.</summary>
    public string Agent { get; set; } = "";

    /// <summary>The content hash of its definition.</summary>
    public string Definition { get; set; } = "";

    /// <summary>The engine's behaviour that it is decided with.</summary>
    public int Behaviour { get; set; }

    /// <summary>When it must have ended, before waits for people are added.</summary>
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>On whose behalf it runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SecurityContext? Security { get; set; }

    /// <summary>Who submitted it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Principal? Principal { get; set; }

    /// <summary>Where its end is delivered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DeliveryTarget>? DeliverTo { get; set; }

    /// <summary>How long it waited for people.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>Since when it waits for people.</summary>
    public DateTimeOffset? WaitingSince { get; set; }

    /// <summary>All tokens.</summary>
    public Usage Usage { get; set; }

    /// <summary>All money, in USD.</summary>
    public decimal CostUsd { get; set; }

    /// <summary>Model answers and ended activations.</summary>
    public int Steps { get; set; }

    /// <summary>The model that answered last.</summary>
    public string? Model { get; set; }

    /// <summary>Who answered for it.</summary>
    public string? ModelSource { get; set; }

    /// <summary>Why that answer ended, or an attempt since that gave none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FinishReason { get; set; }

    /// <summary>Why the last answer ended that was accepted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AcceptedReason { get; set; }

    /// <summary>Scopes and runs of nodes that wait for their unsafe calls to end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<ClosingScope>? Closings { get; set; }

    /// <summary>The node of the definition that it runs, where it is a child and does not run the whole.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Node { get; set; }

    /// <summary>The children that its activations wait for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<ChildState>? Children { get; set; }

    /// <summary>How many children it has started.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int StartedChildren { get; set; }

    /// <summary>All questions to people, answered or not.</summary>
    public List<InterruptState> Interrupts { get; init; } = [];

    /// <summary>All finished calls, in the order in which they were demanded.</summary>
    public List<FinishedCall> FinishedCalls { get; init; } = [];

    /// <summary>Where the finished calls were demanded, one for one.</summary>
    public List<CallPlace> FinishedPlaces { get; init; } = [];

    /// <summary>Questions that are open.</summary>
    [JsonIgnore]
    public IEnumerable<InterruptState> OpenInterrupts => Interrupts.Where(interrupt => !interrupt.IsAnswered);

    /// <summary>Whether it was stopped, and nobody has said yet that it goes on.</summary>
    [JsonIgnore]
    public bool IsStopped => OpenInterrupts.Any(static interrupt => interrupt.Interrupt.Reason == InterruptReasons.Stopped);

    /// <summary>Whether an activation only waits for its unsafe calls to end.</summary>
    public bool IsClosing(string path, string activation) => Closings is { } closings && closings.Exists(closing => closing.Contains(path, activation));

    /// <summary>Children that run.</summary>
    [JsonIgnore]
    public IEnumerable<ChildState> OpenChildren => (Children ?? []).Where(static child => child.Ended is null);

    /// <summary>The child of an activation.</summary>
    public ChildState? FindChild(string path, string activation) => Children?.Find(child => child.Path == path && child.Activation == activation);

    /// <summary>A call has ended.</summary>
    public void Add(CallPlace place, FinishedCall call)
    {
        var index = FinishedPlaces.Count;
        if (index > 0 && CallPlace.Order.Compare(place, FinishedPlaces[^1]) < 0)
        {
            index = FinishedPlaces.BinarySearch(place, CallPlace.Order);
            index = index < 0 ? ~index : index + 1;
        }

        FinishedPlaces.Insert(index, place);
        FinishedCalls.Insert(index, call);
    }
}
