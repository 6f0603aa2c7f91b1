namespace Actant.AspNetCore.Metering;

/// <summary>What the executions of a thread used together.</summary>
internal sealed record ThreadUsageView(string ThreadId, long Executions, long TokensUsed, decimal CostUsd);
