using System.Net.Mime;
using System.Text.Json;
using Actant.Outbox;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;

namespace Actant.CloudEvents;

/// <summary>Ends of jobs as CloudEvents in structured form.</summary>
/// <param name="source">What their <c>source</c> says.</param>
/// <param name="publicUrl">Where the API is reached, for links to results that are too large; without it they are paths.</param>
public sealed class ResultEvents(Uri source, Uri? publicUrl = null)
{
    /// <summary>The content type of what is written here.</summary>
    public const string ContentType = "application/cloudevents+json; charset=utf-8";

    /// <summary>What <c>source</c> says where nothing else is set.</summary>
    public const string DefaultSource = "agent-executor";

    private const string TypePrefix = "dev.my-platform.agent.";
    private const string Output = "output";
    private const string ResultUrl = "result_url";

    private static readonly string[] s_large = [Output, "response", "messages", "tool_results", "interrupts"];

    private readonly JsonEventFormatter _formatter = new();

    /// <summary>The event of a delivery: its <c>id</c> is the delivery's, the same on every try.</summary>
    /// <param name="message">The delivery.</param>
    /// <param name="maxBytes">The most bytes; with more of them it goes without what was said, and with a link.</param>
    public ReadOnlyMemory<byte> Write(OutboxMessage message, int maxBytes = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(message);
        var whole = Write(message, isWhole: true);
        return whole.Length <= maxBytes ? whole : Write(message, isWhole: false);
    }

    private ReadOnlyMemory<byte> Write(OutboxMessage message, bool isWhole)
    {
        using var document = JsonDocument.Parse(message.Body, new JsonDocumentOptions { MaxDepth = JsonLimits.DecodeDepth });
        var execution = document.RootElement;
        var job = execution.TryGetProperty("labels", out var labels) && labels.ValueKind == JsonValueKind.Object && labels.TryGetProperty(Job.Label, out var label)
            ? label.GetString()! : message.Execution.ToString();
        var data = Data(writer =>
        {
            writer.WriteString("job_id", job);
            writer.WriteString("tenant_id", message.Thread.Tenant.Value);
            if (!isWhole)
            {
                writer.WriteString(ResultUrl, $"{publicUrl?.AbsoluteUri.TrimEnd('/')}/api/v1/executions/{message.Execution}");
            }

            foreach (var property in execution.EnumerateObject().Where(property => isWhole || (property.Name != ResultUrl && !s_large.Contains(property.Name))))
            {
                // As the document has it that this is for: what an agent gave is the result of its job.
                writer.WritePropertyName(property.NameEquals(Output) ? "result" : property.Name);
                property.Value.WriteTo(writer);
            }
        });
        var trace = execution.TryGetProperty("traceparent", out var traceParent) ? traceParent.GetString() : null;
        return Write(message.Id, message.Event, job, trace, message.WrittenAt, data);
    }

    /// <summary>The event of a job of which there never was an execution.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="jobId">The job, if it is known.</param>
    /// <param name="refusal">Why there was none.</param>
    /// <param name="traceParent">The trace of the event that asked for it.</param>
    /// <param name="at">When it was refused.</param>
    public ReadOnlyMemory<byte> WriteRefused(Guid id, string? jobId, Refusal refusal, string? traceParent, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return Write(id, DeliveryEvents.Failed, jobId, traceParent, at, Data(writer =>
        {
            writer.WriteString("job_id", jobId);
            writer.WriteString("status", DeliveryEvents.Failed);
            writer.WriteStartObject("error");
            writer.WriteString("code", refusal.Code);
            writer.WriteString("message", refusal.Message);
            if (refusal.Errors is { Count: > 0 } errors)
            {
                writer.WriteStartArray("errors");
                foreach (var error in errors)
                {
                    writer.WriteStartObject();
                    writer.WriteString("path", error.Path);
                    writer.WriteString("code", error.Code);
                    writer.WriteString("message", error.Message);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }));
    }

    private ReadOnlyMemory<byte> Write(Guid id, string what, string? job, string? traceParent, DateTimeOffset at, JsonElement data)
    {
        var type = what is DeliveryEvents.Completed or DeliveryEvents.Interrupted ? what : DeliveryEvents.Failed;
        var written = new CloudEvent
        {
            Id = id.ToString("D"),
            Source = source,
            Type = TypePrefix + type,
            Subject = job,
            Time = at,
            DataContentType = MediaTypeNames.Application.Json,
            Data = data,
        };
        if (traceParent is not null)
        {
            written["traceparent"] = traceParent;
        }

        return _formatter.EncodeStructuredModeMessage(written, out _);
    }

    private static JsonElement Data(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(stream.GetBuffer().AsSpan(0, (int)stream.Length), new JsonDocumentOptions { MaxDepth = JsonLimits.DecodeDepth });
    }
}
