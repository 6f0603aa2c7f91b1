using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;

namespace Actant.Api;

/// <summary>A thread's state at a position.</summary>
public sealed record ThreadStateView
{
    /// <summary>The thread.</summary>
    public required string ThreadId { get; init; }

    /// <summary>The position.</summary>
    public required long Position { get; init; }

    /// <summary>The values of the state.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Values { get; init; }

    /// <summary>The conversation.</summary>
    public required IReadOnlyList<Message> Messages { get; init; }

    /// <summary>The execution that is open there.</summary>
    public Guid? ExecutionId { get; init; }

    /// <summary>Questions that wait for an answer.</summary>
    public required IReadOnlyList<Interrupt> Interrupts { get; init; }

    /// <summary>The view.</summary>
    internal static ThreadStateView Of(ThreadView view) => new()
    {
        ThreadId = view.Thread.Thread,
        Position = view.Position,
        Values = view.Values,
        Messages = view.Messages,
        ExecutionId = view.Execution?.Value,
        Interrupts = view.Interrupts,
    };
}
