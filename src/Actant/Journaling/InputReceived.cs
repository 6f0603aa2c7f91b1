using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>An input entered a scope: the execution's own at its start, a sub-agent's task at its.</summary>
public sealed record InputReceived : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "input_received";

    /// <summary>The input as it was given. What it says (a text, or <c>messages</c>) joins the conversation; it is not stored twice.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Input { get; init; }

    /// <summary>What it did to the other keys of the state.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<StateOperation>? Operations { get; init; }

    /// <summary>The call that the scope answers, where no answer of a model names it: a tool node's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ToolDemand? Call { get; init; }

    /// <summary>The node of the definition that the execution runs, where it is a child and does not run the whole.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Node { get; init; }

    /// <summary>On whose behalf the execution runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SecurityContext? Security { get; init; }

    /// <summary>Who submitted it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Principal? Principal { get; init; }
}
