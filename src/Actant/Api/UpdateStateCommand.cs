using Actant.Executions;
using Actant.Journaling;

namespace Actant.Api;

/// <summary>Changes the state of a thread.</summary>
public sealed record UpdateStateCommand
{
    /// <summary>The thread.</summary>
    public required string Thread { get; init; }

    /// <summary>What to change, in order.</summary>
    public required IReadOnlyList<StateOperation> Operations { get; init; }

    /// <summary>A second command with this key is answered as the first. Ways in have a place of their own for it: it is no field.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Reads one.</summary>
    public static Reply<UpdateStateCommand> Read(JsonFields fields, string thread) =>
        fields.Read(new UpdateStateCommand { Thread = thread, Operations = StateOperationFields.Read(fields) });

    internal StateUpdateRequest ToRequest() => new() { Operations = Operations, IdempotencyKey = IdempotencyKey };
}
