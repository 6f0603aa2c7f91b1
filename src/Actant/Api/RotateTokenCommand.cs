namespace Actant.Api;

/// <summary>Makes a key in the place of another one.</summary>
public sealed record RotateTokenCommand
{
    /// <summary>The longest <see cref="Overlap"/>.</summary>
    public const long LongestSeconds = 90L * 24 * 60 * 60;

    /// <summary>The id of the key whose place is taken.</summary>
    public required string Token { get; init; }

    /// <summary>How long that one still works: a day unless it is said; not at all if zero.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Reads one.</summary>
    public static Reply<RotateTokenCommand> Read(JsonFields fields, string token)
    {
        var command = new RotateTokenCommand { Token = token };
        return fields.Read(fields.Number("overlap_seconds", 0, LongestSeconds) is { } seconds ? command with { Overlap = TimeSpan.FromSeconds(seconds) } : command);
    }
}
