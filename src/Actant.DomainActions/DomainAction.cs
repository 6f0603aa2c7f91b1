using System.Text.Json;
using Actant.Access;
using Actant.Api;

namespace Actant.DomainActions;

/// <summary>An action as it came, as far as it could be read: what is wrong with it can be answered only by what is right in it.</summary>
internal sealed record DomainAction
{
    private const int LongestQueue = 255;
    private const int LongestId = 255;

    /// <summary>What is asked for.</summary>
    public string? Type { get; init; }

    /// <summary>Whose it is.</summary>
    public TenantId? Tenant { get; init; }

    /// <summary>What tells it from every other one of the tenant.</summary>
    public string? TaskId { get; init; }

    /// <summary>What whoever asked knows the answer by.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What else belongs to it.</summary>
    public JsonElement Payload { get; init; }

    /// <summary>Where the answer goes.</summary>
    public string? CallbackQueue { get; init; }

    /// <summary>The conversation that it belongs to: what is of one is stored in the order in which it came.</summary>
    public string? Session { get; init; }

    /// <summary>What is wrong with it.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>Reads one. Fields that are not known here are those of other services.</summary>
    public static DomainAction Read(ReadOnlyMemory<byte> body)
    {
        var document = CommandDocument.Read(body);
        if (!document.IsDone)
        {
            return new DomainAction { Refusal = document.Refusal };
        }

        var fields = document.Value.Fields();
        var (type, tenant, task) = (Needed(fields, "action_type"), Needed(fields, "tenant_id"), Needed(fields, "task_id"));
        if (tenant is not null && !ApiKeys.CanOwn(tenant))
        {
            fields.Wrong("tenant_id", "A tenant's id is expected: 1 to 128 letters, digits, `.`, `_`, `-` and `:`.");
            tenant = null;
        }

        var correlation = fields.Name("correlation_id");
        var payload = fields.Nested("payload") ?? default;
        var queue = fields.Text("callback_queue_name", LongestQueue);
        var session = payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty("session_id", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return new DomainAction
        {
            Type = type,
            Tenant = tenant is null ? null : new TenantId(tenant),
            TaskId = task,
            CorrelationId = correlation,
            Payload = payload,
            CallbackQueue = queue is { Length: > 0 } ? queue : null,
            Session = session,
            Refusal = fields.Errors.Refusal,
        };
    }

    private static string? Needed(JsonFields fields, string name)
    {
        fields.RequiredValue(name);
        return fields.Name(name) is { Length: <= LongestId } text ? text : null;
    }
}
