using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Actant.Journaling;
using Actant.Tracing;
using Microsoft.Extensions.AI;

namespace Actant.Steps;

/// <summary>The span of one attempt of a model or tool call, with the names of OpenTelemetry's conventions for generative AI.</summary>
internal static class StepSpan
{
    private const int LongestContent = 16 * 1024;

    /// <summary>Begins one; <c>null</c> while nobody records spans.</summary>
    public static Activity? Start(RunningStep step)
    {
        if (!ActantTracing.Source.HasListeners())
        {
            return null;
        }

        var span = step switch
        {
            ModelStep model => ActantTracing.Source.StartActivity($"chat {model.Request.Model.ModelName}", ActivityKind.Client)
                ?.SetTag("gen_ai.operation.name", "chat")
                .SetTag("gen_ai.provider.name", model.Request.Model.Provider)
                .SetTag("gen_ai.request.model", model.Request.Model.ModelName),
            ToolStep tool => ActantTracing.Source.StartActivity($"execute_tool {tool.Tool.Name}")
                ?.SetTag("gen_ai.operation.name", "execute_tool")
                .SetTag("gen_ai.tool.name", tool.Tool.Name)
                .SetTag("gen_ai.tool.type", "function")
                .SetTag("gen_ai.tool.call.id", tool.Call.Id),
            _ => null,
        };
        return span?.SetTag("gen_ai.conversation.id", step.Context.Thread.Thread)
            .SetTag("actant.execution", step.Context.Execution.ToString())
            .SetTag("actant.activation", step.Context.Activation)
            .SetTag("actant.attempt", step.Attempt);
    }

    /// <summary>It ended.</summary>
    /// <param name="span">The span.</param>
    /// <param name="outcome">How.</param>
    /// <param name="withContent">Whether what was said is told as well.</param>
    public static void End(this Activity span, StepOutcome outcome, bool withContent)
    {
        switch (outcome)
        {
            case StepOutcome.Answered { Answer: var answer } answered:
                span.SetTag("gen_ai.response.model", answer.Model)
                    .SetTag("gen_ai.response.id", answer.RequestId)
                    .SetTag("actant.model_source", answer.ModelSource)
                    .SetTag("gen_ai.response.finish_reasons", answer.FinishReason is { } reason ? new[] { reason } : null);
                Spend(span, answer.Usage, answer.CostUsd);
                if (withContent)
                {
                    span.SetTag("gen_ai.input.messages", Content(json => Write(json, answered.Model.Request.Messages)))
                        .SetTag("gen_ai.output.messages", Content(json => Write(json, [new ChatMessage(ChatRole.Assistant, answer.Message.Text)])));
                }

                break;
            case StepOutcome.Called called:
                if (called.Result.Failure is { } failure)
                {
                    span.Fail(failure);
                }

                if (withContent)
                {
                    span.SetTag("gen_ai.tool.call.arguments", Bounded(called.Tool.Arguments))
                        .SetTag("gen_ai.tool.call.result", called.Result.Output is { } output ? Bounded(output) : null);
                }

                break;
            case StepOutcome.Failed failed:
                span.Fail(failed.Failure);
                if (failed.Spent is { } spent)
                {
                    Spend(span, spent.Usage, spent.Cost.Usd);
                }

                break;
            case StepOutcome.Aborted:
                span.SetTag("error.type", "aborted").SetStatus(ActivityStatusCode.Error, "It was told to stop.");
                break;
            case StepOutcome.NotBegun:
                span.SetTag("error.type", "not_begun").SetStatus(ActivityStatusCode.Error, "This process had no time left for it.");
                break;
        }
    }

    private static void Spend(Activity span, Usage usage, decimal cost)
    {
        span.SetTag("gen_ai.usage.input_tokens", usage.Input).SetTag("gen_ai.usage.output_tokens", usage.Output);
        if (cost > 0)
        {
            span.SetTag("actant.cost_usd", (double)cost);
        }
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages)
    {
        json.WriteStartArray();
        foreach (var message in messages)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, message.Role.Value);
            json.WriteStartArray("parts"u8);
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("content"u8, Bounded(message.Text));
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            if (json.BytesPending + json.BytesCommitted > LongestContent)
            {
                break;
            }
        }

        json.WriteEndArray();
    }

    private static string Content(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonText.Options.Encoder }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static string Bounded(JsonElement value)
    {
        var utf8 = JsonMarshal.GetRawUtf8Value(value);
        return utf8.Length <= LongestContent ? Encoding.UTF8.GetString(utf8) : $"{Encoding.UTF8.GetString(utf8[..LongestContent])}…";
    }

    private static string Bounded(string text) => text.Length <= LongestContent ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[LongestContent - 1]) ? LongestContent - 1 : LongestContent)}…";
}
