using System.Text.Json;
using System.Text.Json.Serialization;
using Actant.Agents;
using Actant.Journaling;

namespace Actant.AspNetCore.Executions;

/// <summary>What <c>POST /api/v1/agents/{name}/test</c> answers.</summary>
internal sealed record TestResponse
{
    public required string AgentId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Model { get; init; }

    public string? ModelSource { get; init; }

    public string? FinishReason { get; init; }

    public required JsonElement TestInput { get; init; }

    public required ExecuteOutput TestOutput { get; init; }

    public required bool Success { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    public required long TokensUsed { get; init; }

    public required decimal CostUsd { get; init; }

    public required IReadOnlyList<Message> ConversationHistory { get; init; }

    public Failure? Error { get; init; }

    public static TestResponse Of(AgentRecord agent, JsonElement input, ExecutionResult result) => new()
    {
        AgentId = agent.Id,
        Model = result.Model,
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
