using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;

namespace Actant.AspNetCore.Threads;

/// <summary>A thread's state at a position.</summary>
internal sealed record ThreadStateView
{
    public required string ThreadId { get; init; }

    public required long Position { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Values { get; init; }

    public required IReadOnlyList<Message> Messages { get; init; }

    public Guid? ExecutionId { get; init; }

    public required IReadOnlyList<Interrupt> Interrupts { get; init; }

    public static ThreadStateView Of(ThreadView view) => new()
    {
        ThreadId = view.Thread.Thread,
        Position = view.Position,
        Values = view.Values,
        Messages = view.Messages,
        ExecutionId = view.Execution?.Value,
        Interrupts = view.Interrupts,
    };
}
