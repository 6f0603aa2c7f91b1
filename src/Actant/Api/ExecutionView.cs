using System.Text.Json;
using System.Text.Json.Serialization;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Api;

/// <summary>An execution: its row, and its result where one was asked for.</summary>
public sealed record ExecutionView
{
    /// <summary>Its id.</summary>
    public required Guid ExecutionId { get; init; }

    /// <summary>Its thread.</summary>
    public required string ThreadId { get; init; }

    /// <summary>Where it stands.</summary>
    public required ExecutionStatus Status { get; init; }

    /// <summary>The agent's name.</summary>
    public required string Agent { get; init; }

    /// <summary>The content hash of the definition that it runs.</summary>
    public required string Definition { get; init; }

    /// <summary>0 to 9.</summary>
    public required int Priority { get; init; }

    /// <summary>Whether it waits to be started.</summary>
    public required bool Held { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it must have ended; <c>null</c> while it is held.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Why it waits.</summary>
    public WaitView? Waiting { get; init; }

    /// <summary>All tokens.</summary>
    public required long TokensUsed { get; init; }

    /// <summary>All money, in USD.</summary>
    public required decimal CostUsd { get; init; }

    /// <summary>The submission's key.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Words of the submitter's own.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Whom the data is about.</summary>
    public string? Subject { get; init; }

    /// <summary>The batch it belongs to.</summary>
    public string? Batch { get; init; }

    /// <summary>The execution that caused it.</summary>
    public Guid? ParentExecutionId { get; init; }

    /// <summary>The first of the executions that caused each other.</summary>
    public Guid? RootExecutionId { get; init; }

    /// <summary>The trace it belongs to.</summary>
    public string? Traceparent { get; init; }

    /// <summary>Where its end is delivered.</summary>
    public IReadOnlyList<TargetView>? DeliverTo { get; init; }

    /// <summary>From when on it need not be kept.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Why it did not end well.</summary>
    public Failure? Error { get; init; }

    /// <summary>Who submitted it.</summary>
    public Principal? Principal { get; init; }

    /// <summary>The model that answered last.</summary>
    public string? Model { get; init; }

    /// <summary>Who answered for it.</summary>
    public string? ModelSource { get; init; }

    /// <summary>Why the answer ended that is the output.</summary>
    public string? FinishReason { get; init; }

    /// <summary>The output as text.</summary>
    public string? Response { get; init; }

    /// <summary>The output.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>Whether it completed without an output.</summary>
    public bool? NoOutput { get; init; }

    /// <summary>Tokens by kind.</summary>
    public Usage? Usage { get; init; }

    /// <summary>Finished tool calls.</summary>
    public IReadOnlyList<ToolResultView>? ToolResults { get; init; }

    /// <summary>What was said.</summary>
    public IReadOnlyList<Message>? Messages { get; init; }

    /// <summary>Questions that wait for an answer.</summary>
    public IReadOnlyList<Interrupt>? Interrupts { get; init; }

    /// <summary>In a delivery that would be too large: where the whole of it is, with the output and the messages that are missing here.</summary>
    public string? ResultUrl { get; init; }

    /// <summary>What it is known by once nothing in it can change any more; no part of what is written.</summary>
    [JsonIgnore]
    public string? Version { get; init; }

    /// <summary>The row alone.</summary>
    internal static ExecutionView Of(ExecutionRecord record) => new()
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
        Deadline = record.Held ? null : record.Deadline,
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
        DeliverTo = TargetView.Of(record.Tags?.DeliverTo),
        Error = record.Failure,
    };

    /// <summary>With its result.</summary>
    internal static ExecutionView Of(ExecutionResult result) => Of(result.Record) with
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
