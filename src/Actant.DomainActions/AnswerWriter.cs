using System.Text.Encodings.Web;
using System.Text.Json;
using Actant.Outbox;

namespace Actant.DomainActions;

/// <summary>Writes answers and callbacks.</summary>
internal static class AnswerWriter
{
    /// <summary>The action that tells of an end.</summary>
    public const string Callback = "execution.callback";

    private const string Failed = "failed";

    private static readonly string[] s_copied = ["response", "error", "usage", "tokens_used", "cost_usd", "model", "finish_reason", "result_url", "started_at", "ended_at"];

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonLimits.DecodeDepth + 8 };

    /// <summary>What was asked for.</summary>
    public static byte[] Done(DomainAction action, JsonElement data) => Write(json =>
    {
        json.WriteBoolean("success"u8, true);
        json.WritePropertyName("data"u8);
        data.WriteTo(json);
        WriteIds(json, action, action.Type);
    });

    /// <summary>Why it was not done. Of an execution that is told as its end is.</summary>
    public static byte[] Refused(DomainAction action, Refusal refusal, DateTimeOffset at) => Write(json =>
    {
        json.WriteBoolean("success"u8, false);
        WriteError(json, refusal);
        var isRun = action.Type == ActionTypes.AgentRun;
        WriteIds(json, action, isRun ? Callback : action.Type);
        if (isRun)
        {
            json.WriteString("created_at"u8, at.UtcDateTime);
            json.WriteStartObject("payload"u8);
            json.WriteString("status"u8, Failed);
            if (action.Session is { } session)
            {
                json.WriteString("session_id"u8, session);
            }

            WriteError(json, refusal);
            json.WriteEndObject();
        }
    });

    /// <summary>The end of an execution, as an action.</summary>
    public static byte[] Ended(OutboxMessage message, CallbackTarget target, JsonElement execution) => Write(json =>
    {
        var status = Text(execution, "status") ?? message.Event;
        json.WriteBoolean("success"u8, status == DeliveryEvents.Completed);
        if (execution.TryGetProperty("error", out var error))
        {
            json.WritePropertyName("error"u8);
            error.WriteTo(json);
        }

        WriteIds(json, target.CorrelationId, target.TaskId, message.Thread.Tenant, Callback);
        json.WriteString("created_at"u8, message.WrittenAt.UtcDateTime);
        json.WriteStartObject("payload"u8);
        json.WriteString("status"u8, status);
        json.WriteString("execution_id"u8, message.Execution.ToString());
        json.WriteString("session_id"u8, message.Thread.Thread);
        Copy(json, execution, "agent", "agent_id");
        Copy(json, execution, "output", "result");
        foreach (var name in s_copied)
        {
            Copy(json, execution, name, name);
        }

        if (TookMs(execution) is { } took)
        {
            json.WriteNumber("execution_time"u8, took / 1000.0);
        }

        json.WriteEndObject();
    });

    /// <summary>How long an execution took, from its begin to its end.</summary>
    public static long? TookMs(JsonElement execution) =>
        execution.TryGetProperty("started_at", out var from) && from.TryGetDateTimeOffset(out var start) && execution.TryGetProperty("ended_at", out var to) && to.TryGetDateTimeOffset(out var end)
            ? (long)(end - start).TotalMilliseconds
            : null;

    /// <summary>Why a message was given up, for who looks.</summary>
    public static string Reason(Refusal refusal, DateTimeOffset at) => System.Text.Encoding.UTF8.GetString(Write(json =>
    {
        json.WriteString("code"u8, refusal.Code);
        json.WriteString("message"u8, Short(refusal.Message));
        json.WriteString("at"u8, at.UtcDateTime);
    }));

    private static string Short(string text) => text.Length <= 1_000 ? text : text[..1_000];

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Copy(Utf8JsonWriter json, JsonElement from, string name, string to)
    {
        if (from.TryGetProperty(name, out var value))
        {
            json.WritePropertyName(to);
            value.WriteTo(json);
        }
    }

    private static void WriteError(Utf8JsonWriter json, Refusal refusal)
    {
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, refusal.Code);
        json.WriteString("message"u8, refusal.Message);
        if (refusal.Errors is { Count: > 0 } errors)
        {
            json.WriteStartArray("errors"u8);
            foreach (var error in errors)
            {
                json.WriteStartObject();
                json.WriteString("path"u8, error.Path);
                json.WriteString("code"u8, error.Code);
                json.WriteString("message"u8, error.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteIds(Utf8JsonWriter json, DomainAction action, string? type) => WriteIds(json, action.CorrelationId, action.TaskId, action.Tenant, type);

    private static void WriteIds(Utf8JsonWriter json, string? correlation, string? task, TenantId? tenant, string? type)
    {
        json.WriteString("correlation_id"u8, correlation);
        json.WriteString("task_id"u8, task);
        json.WriteString("tenant_id"u8, tenant?.Value);
        json.WriteString("action_type"u8, type);
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, s_options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
