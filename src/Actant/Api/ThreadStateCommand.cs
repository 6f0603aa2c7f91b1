namespace Actant.Api;

/// <summary>Asks for the state of a thread.</summary>
public sealed record ThreadStateCommand
{
    /// <summary>The thread.</summary>
    public required string Thread { get; init; }

    /// <summary>At which position; the last one if absent.</summary>
    public long? Position { get; init; }

    /// <summary>Reads one.</summary>
    public static Reply<ThreadStateCommand> Read(CommandFields fields, string thread) =>
        fields.Read(new ThreadStateCommand { Thread = thread, Position = fields.Number("position", 0, long.MaxValue) });
}
