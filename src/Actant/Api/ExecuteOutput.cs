using Actant.Journaling;

namespace Actant.Api;

/// <summary>What an execution gave, as far as it came.</summary>
public sealed record ExecuteOutput
{
    /// <summary>The answer as text; other values as JSON; empty before the end.</summary>
    public required string Response { get; init; }

    /// <summary>Finished tool calls.</summary>
    public required IReadOnlyList<ToolResultView> ToolResults { get; init; }

    /// <summary>What was said in this execution, in order.</summary>
    public required IReadOnlyList<Message> ConversationHistory { get; init; }

    /// <summary>Input and output tokens together.</summary>
    public required long TokensUsed { get; init; }

    /// <summary>What it cost, in USD.</summary>
    public required decimal CostUsd { get; init; }

    /// <summary>Where the execution stands.</summary>
    public required ExecutionStatus State { get; init; }

    internal static ExecuteOutput Of(ExecutionResult result) => new()
    {
        Response = result.Response,
        ToolResults = ToolResultView.Of(result),
        ConversationHistory = result.Messages,
        TokensUsed = result.Record.Tokens,
        CostUsd = result.Record.CostUsd,
        State = result.Record.Status,
    };
}
