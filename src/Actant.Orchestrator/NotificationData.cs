using System.Runtime.InteropServices;
using System.Text.Json;
using Actant.Api;
using Actant.Events;
using Actant.Journaling;

namespace Actant.Orchestrator;

/// <summary>The fields of <c>data</c>.</summary>
internal static class NotificationData
{
    private const int LargestValue = 256 * 1024;

    public static byte[] Started(string thread, ExecutionStarted started) => EnvelopeWriter.Object(writer =>
    {
        writer.WriteString("status", "processing");
        writer.WriteString("thread_id", thread);
        writer.WriteString("agent", started.Agent);
    });

    public static byte[] ToolRequested(ToolStart call) => EnvelopeWriter.Object(writer =>
    {
        writer.WriteString("call_id", call.CallId);
        writer.WriteString("tool_name", call.Tool);
        Value(writer, "tool_input", call.Arguments);
    });

    public static byte[] Token(string text, bool isFinal) => EnvelopeWriter.Object(writer =>
    {
        writer.WriteString("token", text);
        writer.WriteBoolean("is_final", isFinal);
    });

    public static byte[] ToolFinished(ToolFinished call) => EnvelopeWriter.Object(writer =>
    {
        writer.WriteString("status", "processing");
        writer.WriteString("call_id", call.CallId);
        writer.WriteString("tool_name", call.Tool);
        Value(writer, "tool_output", call.Output);
        Error(writer, call.Failure);
    });

    public static byte[] Interrupted(Interrupt question) => EnvelopeWriter.Object(writer =>
    {
        writer.WriteString("status", "interrupted");
        Question(writer, question);
    });

    public static byte[] Resumed(string interrupt) => EnvelopeWriter.Object(writer =>
    {
        writer.WriteString("status", "processing");
        writer.WriteString("interrupt_id", interrupt);
    });

    /// <summary>An execution as it stands.</summary>
    /// <param name="view">The execution; <c>null</c> where nobody can say now.</param>
    /// <param name="status">How it stands, where that is known better.</param>
    /// <param name="failure">Why it did not end well, where its row does not say.</param>
    /// <param name="question">What it asks.</param>
    public static byte[] Execution(ExecutionView? view, string? status, Failure? failure = null, Interrupt? question = null) => EnvelopeWriter.Object(writer =>
    {
        writer.WriteString("status", status ?? (view is null ? null : Word(view.Status)));
        if (view is not null)
        {
            writer.WriteString("thread_id", view.ThreadId);
            writer.WriteString("response", view.Response);
            Value(writer, "output", view.Output);
            writer.WriteNumber("tokens_used", view.TokensUsed);
            writer.WriteNumber("cost_usd", view.CostUsd);
        }

        Error(writer, view?.Error ?? failure ?? (view is { Status: ExecutionStatus.Cancelled } ? ExecutionCancelled.FailureOf(view.ExecutionId.ToString(), null) : null));
        if (question is not null)
        {
            Question(writer, question);
        }
    });

    /// <summary>What came of a command.</summary>
    public static byte[] Reply(string? requestId, Refusal? refusal) => EnvelopeWriter.Object(writer =>
    {
        writer.WriteString("request_id", requestId);
        writer.WriteBoolean("success", refusal is null);
        if (refusal is not null)
        {
            writer.WriteStartObject("error");
            writer.WriteString("code", refusal.Code);
            writer.WriteString("message", refusal.Message);
            writer.WriteEndObject();
        }
    });

    private static string Word(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Pending => "pending",
        ExecutionStatus.Running => "processing",
        ExecutionStatus.Interrupted => "interrupted",
        ExecutionStatus.Completed => "completed",
        _ => "failed",
    };

    private static void Question(Utf8JsonWriter writer, Interrupt question)
    {
        writer.WriteString("interrupt_id", question.Id);
        writer.WriteString("reason", question.Reason);
        writer.WriteString("prompt", question.Prompt);
    }

    private static void Error(Utf8JsonWriter writer, Failure? failure)
    {
        if (failure is not null)
        {
            writer.WriteStartObject("error");
            writer.WriteString("code", failure.Code);
            writer.WriteString("message", failure.Message);
            writer.WriteEndObject();
        }
    }

    private static void Value(Utf8JsonWriter writer, string name, JsonElement? value)
    {
        writer.WritePropertyName(name);
        var raw = value is { ValueKind: not JsonValueKind.Undefined } given ? JsonMarshal.GetRawUtf8Value(given) : default;
        if (raw.Length is > 0 and <= LargestValue)
        {
            writer.WriteRawValue(raw, skipInputValidation: true);
            return;
        }

        writer.WriteNullValue();
        if (raw.Length > 0)
        {
            writer.WriteBoolean("too_large", true);
        }
    }
}
