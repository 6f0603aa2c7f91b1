namespace Actant.Api;

/// <summary>Copies a thread up to a position into a new one.</summary>
public sealed record ForkCommand
{
    /// <summary>The thread.</summary>
    public required string Thread { get; init; }

    /// <summary>The last position that is copied.</summary>
    public required long Position { get; init; }

    /// <summary>The new thread's id; one of its own if absent.</summary>
    public string? Target { get; init; }

    /// <summary>Whether the execution that was open there goes on in the copy.</summary>
    public bool Continues { get; init; }

    /// <summary>A second command with this key is answered as the first. Ways in have a place of their own for it: it is no field.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Reads one.</summary>
    public static Reply<ForkCommand> Read(JsonFields fields, string thread) => fields.Read(new ForkCommand
    {
        Thread = thread,
        Position = fields.RequiredNumber("position", 0, long.MaxValue),
        Target = fields.Name("thread_id"),
        Continues = fields.Flag("continue") ?? false,
    });
}
