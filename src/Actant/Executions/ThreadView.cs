using System.Text.Json;
using Actant.Journaling;

namespace Actant.Executions;

/// <summary>A thread's state at a position.</summary>
public sealed record ThreadView
{
    /// <summary>The thread.</summary>
    public required ThreadKey Thread { get; init; }

    /// <summary>The position.</summary>
    public required long Position { get; init; }

    /// <summary>The values of the state by key.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Values { get; init; }

    /// <summary>The conversation.</summary>
    public required IReadOnlyList<Message> Messages { get; init; }

    /// <summary>The execution that was open there.</summary>
    public ExecutionId? Execution { get; init; }

    /// <summary>Questions that were open there.</summary>
    public IReadOnlyList<Interrupt> Interrupts { get; init; } = [];
}
