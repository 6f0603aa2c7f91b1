using System.Text;

namespace Actant.Orchestrator;

/// <summary>Something that the orchestrator is told.</summary>
internal sealed class Notification
{
    public required ThreadKey Thread { get; init; }

    public required ExecutionId Execution { get; init; }

    /// <summary>What was named where no execution's id was expected to be, as it was sent.</summary>
    public string? Task { get; init; }

    /// <summary>One of <see cref="NotificationEvents"/>, or an answer to a command.</summary>
    public required string Event { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The fields of <c>data</c>, as an object; <c>null</c> where they are read when it is sent.</summary>
    public byte[]? Data { get; init; }

    /// <summary>Of an end: what the execution's row does not say of why.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Of a token: the message, and its text, which grows while it waits.</summary>
    public string? MessageId { get; init; }

    public StringBuilder? Text { get; init; }

    public bool IsFinal { get; init; }

    /// <summary>Whether an execution has ended with it.</summary>
    public bool IsEnd { get; init; }

    /// <summary>How many of the same execution were dropped before it.</summary>
    public int Dropped { get; set; }

    /// <summary>Bytes.</summary>
    public long Charge { get; set; }

    /// <summary>Something else of the same execution, at the same time.</summary>
    public Notification With(string name, byte[] data) => new() { Thread = Thread, Execution = Execution, Task = Task, Event = name, At = At, Data = data };
}
