using System.Text.Json;
using System.Text.Json.Serialization;
using Actant.Agents;
using Actant.Journaling;

namespace Actant.Api;

/// <summary>What <c>POST /api/v1/agents/{name}/test</c> answers.</summary>
public sealed record TestResponse
{
    /// <summary>The agent's id.</summary>
    public required string AgentId { get; init; }

    /// <summary>The model that answered last, else that of the agent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Model { get; init; }

    /// <summary>Who answered for it.</summary>
    public string? ModelSource { get; init; }

    /// <summary>Why the answer ended.</summary>
    public string? FinishReason { get; init; }

    /// <summary>The input as it was sent.</summary>
    public required JsonElement TestInput { get; init; }

    /// <summary>What came of it.</summary>
    public required ExecuteOutput TestOutput { get; init; }

    /// <summary>Whether it completed.</summary>
    public required bool Success { get; init; }

    /// <summary>When it ended, or was accepted.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Input and output tokens together.</summary>
    public required long TokensUsed { get; init; }

    /// <summary>What it cost, in USD.</summary>
    public required decimal CostUsd { get; init; }

    /// <summary>What was said, in order.</summary>
    public required IReadOnlyList<Message> ConversationHistory { get; init; }

    /// <summary>Why it failed.</summary>
    public Failure? Error { get; init; }

    /// <summary>The view.</summary>
    internal static TestResponse Of(AgentRecord agent, JsonElement input, ExecutionResult result) => new()
    {
        AgentId = agent.Id,
        Model = result.Model ?? agent.Model?.ModelName,
        ModelSource = result.ModelSource,
        FinishReason = result.FinishReason,
        TestInput = input,
        TestOutput = ExecuteOutput.Of(result),
        Success = result.Record.Status == ExecutionStatus.Completed,
        Timestamp = result.Record.EndedAt ?? result.Record.CreatedAt,
        TokensUsed = result.Record.Tokens,
        CostUsd = result.Record.CostUsd,
        ConversationHistory = result.Messages,
        Error = result.Record.Failure,
    };
}
