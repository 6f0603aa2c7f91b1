using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>The execution was cancelled. Nothing starts after it.</summary>
public sealed record ExecutionCancelled : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "execution_cancelled";

    /// <summary>Why it was wanted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Calls that had finished.</summary>
    public IReadOnlyList<string> FinishedCalls { get; init; } = [];

    /// <summary>Calls that had begun and whose outcome nobody knows.</summary>
    public IReadOnlyList<string> UnknownCalls { get; init; } = [];

    /// <summary>Who wanted it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Principal? Principal { get; init; }

    /// <summary>How it is told to those who know only ends that are good and ends that have an error.</summary>
    /// <param name="execution">The execution's id.</param>
    /// <param name="reason">Why it was wanted, where that is known.</param>
    internal static Failure FailureOf(string execution, string? reason) =>
        new() { Code = "execution_cancelled", Message = $"Execution {execution} was cancelled{(reason is null ? "" : $": {reason}")}." };
}
