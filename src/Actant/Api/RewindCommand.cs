namespace Actant.Api;

/// <summary>Takes a thread back to a position.</summary>
public sealed record RewindCommand
{
    /// <summary>The thread.</summary>
    public required string Thread { get; init; }

    /// <summary>The position.</summary>
    public required long Position { get; init; }

    /// <summary>Whether the execution that was open there goes on.</summary>
    public bool Continues { get; init; }

    /// <summary>A second command with this key is answered as the first. Ways in have a place of their own for it: it is no field.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Reads one.</summary>
    public static Reply<RewindCommand> Read(JsonFields fields, string thread) => fields.Read(new RewindCommand
    {
        Thread = thread,
        Position = fields.RequiredNumber("position", 0, long.MaxValue),
        Continues = fields.Flag("continue") ?? false,
    });
}
