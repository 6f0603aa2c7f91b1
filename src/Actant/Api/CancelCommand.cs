namespace Actant.Api;

/// <summary>Cancels an execution.</summary>
public sealed record CancelCommand
{
    private const int LongestReason = 1_000;

    /// <summary>Its id, as it was sent.</summary>
    public required string Execution { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Reads one.</summary>
    public static Reply<CancelCommand> Read(JsonFields fields, string execution) =>
        fields.Read(new CancelCommand { Execution = execution, Reason = ReasonOf(fields) });

    internal static string? ReasonOf(JsonFields fields) => fields.Text("reason", LongestReason);
}
