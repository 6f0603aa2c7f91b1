using System.Text.Json;
using Actant.Api;
using Actant.CloudEvents;

namespace Actant.DomainActions;

/// <summary>Reads what an action asks to be run.</summary>
internal static class RunPayload
{
    /// <summary>The label of an execution that holds the task of its action.</summary>
    public const string TaskLabel = "task_id";

    private const long LongestTimeoutMs = 366L * 24 * 60 * 60 * 1000;

    /// <summary>The command, or all that is wrong with the payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="agent">The agent, where the message names it outside.</param>
    /// <param name="priority">The priority, where the message says it outside.</param>
    public static Reply<SubmitCommand> Read(JsonElement payload, string taskId, string? agent = null, int? priority = null)
    {
        var fields = new JsonFields(payload, "$.payload");
        var definition = fields.Nested("agent_config") is { } config && config.EnumerateObject().Any() ? config : (JsonElement?)null;
        agent = fields.Name("agent_id") ?? agent;
        if (agent is null && definition is null)
        {
            fields.Errors.Add("$.payload.agent_id", "missing_field", "Either agent_id (an agent) or agent_config (a definition) is needed.");
        }

        var command = new SubmitCommand
        {
            Agent = definition is null ? agent : null,
            Definition = definition,
            Input = ReadInput(fields),
            Thread = fields.Name("session_id"),
            Priority = (int?)fields.Number("priority", 0, 9) ?? priority,
            Timeout = fields.Number("timeout_ms", 1, LongestTimeoutMs) is { } timeout ? TimeSpan.FromMilliseconds(timeout) : null,
            IdempotencyKey = JobKey.Of(JobKey.DomainActionSpace, taskId),
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [TaskLabel] = taskId },
        };

        // What else stands there belongs to other services.
        return fields.Errors.Refusal is { } refusal ? Reply<SubmitCommand>.Refused(refusal) : Reply<SubmitCommand>.Done(command);
    }

    /// <summary>What was said, with values for the state beside it; or the input as the API has it.</summary>
    private static JsonElement ReadInput(JsonFields fields)
    {
        var (input, query, context) = (fields.Value("input"), fields.Value("query"), fields.Nested("context"));
        if (query is { ValueKind: not JsonValueKind.String })
        {
            fields.Wrong("query", "A text is expected.");
        }
        else if (input is null == query is null)
        {
            fields.Errors.Add("$.payload.query", "missing_field", "Either query (what is said) or input (as in a request) is needed.");
        }
        else if (query is { } said && context is { } values && values.EnumerateObject().Any())
        {
            return Told(said, values);
        }

        return input ?? query ?? default;
    }

    private static JsonElement Told(JsonElement said, JsonElement values)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach (var value in values.EnumerateObject().Where(static value => value.Name != "messages"))
            {
                value.WriteTo(json);
            }

            json.WriteStartArray("messages"u8);
            json.WriteStartObject();
            json.WriteString("role"u8, "user"u8);
            json.WritePropertyName("content"u8);
            said.WriteTo(json);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return JsonElement.Parse(stream.GetBuffer().AsSpan(0, (int)stream.Length), new JsonDocumentOptions { MaxDepth = JsonLimits.DecodeDepth });
    }
}
