using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.AspNetCore.Executions;

/// <summary>An execution: its row, and its result where one was asked for.</summary>
internal sealed record ExecutionView
{
    public required Guid ExecutionId { get; init; }

    public required string ThreadId { get; init; }

    public required ExecutionStatus Status { get; init; }

    public required string Agent { get; init; }

    public required string Definition { get; init; }

    public required int Priority { get; init; }

    public required bool Held { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    public WaitView? Waiting { get; init; }

    public required long TokensUsed { get; init; }

    public required decimal CostUsd { get; init; }

    public string? IdempotencyKey { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public string? Subject { get; init; }

    public string? Batch { get; init; }

    public Guid? ParentExecutionId { get; init; }

    public Guid? RootExecutionId { get; init; }

    public string? Traceparent { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public Failure? Error { get; init; }

    public Principal? Principal { get; init; }

    public string? Model { get; init; }

    public string? ModelSource { get; init; }

    public string? FinishReason { get; init; }

    public string? Response { get; init; }

    public JsonElement? Output { get; init; }

    public bool? NoOutput { get; init; }

    public Usage? Usage { get; init; }

    public IReadOnlyList<ToolResultView>? ToolResults { get; init; }

    public IReadOnlyList<Message>? Messages { get; init; }

    public IReadOnlyList<Interrupt>? Interrupts { get; init; }

    public static ExecutionView Of(ExecutionRecord record) => new()
    {
        ExecutionId = record.Id.Value,
        ThreadId = record.Thread.Thread,
        Status = record.Status,
        Agent = record.Agent,
        Definition = record.Definition.Value,
        Priority = record.Priority,
        Held = record.Held,
        CreatedAt = record.CreatedAt,
        StartedAt = record.StartedAt,
        EndedAt = record.EndedAt,
        Deadline = record.Deadline,
        TokensUsed = record.Tokens,
        CostUsd = record.CostUsd,
        IdempotencyKey = record.IdempotencyKey,
        Labels = record.Tags is { Labels.Count: > 0 } tags ? tags.Labels : null,
        Subject = record.Tags?.Subject,
        Batch = record.Tags?.Batch,
        ParentExecutionId = record.Tags?.Parent?.Value,
        RootExecutionId = record.Tags?.Root?.Value,
        Traceparent = record.Tags?.TraceParent,
        ExpiresAt = record.Tags?.ExpiresAt,
        Error = record.Failure,
    };

    public static ExecutionView Of(ExecutionResult result) => Of(result.Record) with
    {
        Principal = result.Principal,
        Model = result.Model,
        ModelSource = result.ModelSource,
        FinishReason = result.FinishReason,
        Response = result.Response,
        Output = result.Output.ValueKind == JsonValueKind.Undefined ? null : result.Output,
        NoOutput = result.HasNoOutput ? true : null,
        Usage = result.Usage,
        ToolResults = ToolResultView.Of(result),
        Messages = result.Messages,
        Interrupts = result.Interrupts,
    };
}
