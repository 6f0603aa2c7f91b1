using System.Text.Json;
using System.Text.Json.Serialization;
using Actant.Agents;
using Actant.Definitions;
using Actant.Journaling;

namespace Actant.Api;

/// <summary>What <c>POST /api/v1/agents/{name}/execute</c> answers, and <c>actant run --json</c> prints.</summary>
public sealed record ExecuteResponse
{
    /// <summary>The execution's id.</summary>
    public required Guid TaskId { get; init; }

    /// <summary>The agent.</summary>
    public required string AgentId { get; init; }

    /// <summary>The model that answered last; before the first answer, and where none came, the one of the agent; <c>null</c> if it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Model { get; init; }

    /// <summary>Who answered for it: the provider, or a stand-in's name.</summary>
    public string? ModelSource { get; init; }

    /// <summary>Why the answer ended: <c>length</c>, <c>content_filter</c> and <c>refusal</c> say that it is not whole.</summary>
    public string? FinishReason { get; init; }

    /// <summary>The thread, for the next turn.</summary>
    public required string ThreadId { get; init; }

    /// <summary>The input as it was sent.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>What came of it.</summary>
    public required ExecuteOutput Output { get; init; }

    /// <summary>The same as in <see cref="Output"/>.</summary>
    public required long TokensUsed { get; init; }

    /// <summary>The same as in <see cref="Output"/>, in USD.</summary>
    public required decimal CostUsd { get; init; }

    /// <summary>The same as in <see cref="Output"/>.</summary>
    public required ExecutionStatus State { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Why it failed.</summary>
    public Failure? Error { get; init; }

    /// <summary>Questions that wait for an answer.</summary>
    public IReadOnlyList<Interrupt>? Interrupts { get; init; }

    /// <summary>The answer about one execution of an agent.</summary>
    public static ExecuteResponse Of(AgentDefinition agent, ExecutionResult result, JsonElement input)
    {
        var record = result.Record;
        return new ExecuteResponse
        {
            TaskId = record.Id.Value,
            AgentId = record.Agent,
            Model = result.Model ?? AgentRecord.ModelOf(agent.Graph)?.ModelName,
            ModelSource = result.ModelSource,
            FinishReason = result.FinishReason,
            ThreadId = record.Thread.Thread,
            Input = input,
            Output = ExecuteOutput.Of(result),
            TokensUsed = record.Tokens,
            CostUsd = record.CostUsd,
            State = record.Status,
            CreatedAt = record.CreatedAt,
            Error = record.Failure,
            Interrupts = result.Interrupts.Count > 0 ? result.Interrupts : null,
        };
    }

    /// <summary>The JSON form, UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ApiJson.Wire.ExecuteResponse);
}
