using System.Text.Json;

namespace Actant.Executions;

/// <summary>Answers to questions of an execution.</summary>
public sealed record ResumeRequest
{
    /// <summary>Answers by the id of the interrupt.</summary>
    public IReadOnlyDictionary<string, JsonElement> Answers { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>An answer without an id: for an execution that asks exactly one question.</summary>
    public JsonElement? Answer { get; init; }
}
