using System.Text.Json;
using Actant.Api;

namespace Actant.Orchestrator;

/// <summary>Carries out what the orchestrator asks for, in the name of the caller that was configured for it.</summary>
internal sealed class OrchestratorCommands(OrchestratorOptions options, Func<ExecutionOperations> operations, TimeProvider time)
{
    private const string CallerName = "orchestrator";

    /// <summary>What is answered to a message: one notification, or two where it asks how an execution stands.</summary>
    public async Task<IReadOnlyList<Notification>> CarryOutAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(message, JsonLimits.Value);
        }
        catch (JsonException)
        {
            return [Answer(new ThreadKey(TenantId.Default, ""), default, "error", null, new Refusal("invalid_input", "The message is no JSON."))];
        }

        using (document)
        {
            var root = document.RootElement;
            var (kind, task, requestId) = (Text(root, "event"), Text(root, "task_id") ?? "", Text(root, "request_id"));
            var tenant = new TenantId(Text(root, "tenant_id") ?? TenantId.Default.Value);
            var thread = new ThreadKey(tenant, "");
            var execution = ExecutionId.TryParse(task, out var parsed) ? parsed : default;
            if (!options.Tenants.Contains(tenant))
            {
                return [Answer(thread, execution, $"{kind ?? "error"}_result", requestId, new Refusal("forbidden", "This orchestrator may not steer executions of that tenant: Actant:Orchestrator:Tenants."))];
            }

            var caller = new Caller(tenant, options.Role, KeyId: null, CallerName);
            switch (kind)
            {
                case "subscribe":
                    var shown = await operations().GetAsync(caller, new ExecutionCommand(task), cancellationToken).ConfigureAwait(false);
                    return shown.IsDone
                        ? [Answer(thread, execution, "subscribe_result", requestId, null), Notify(thread, execution, StandingOf(shown.Value.Status), NotificationData.Execution(shown.Value, null))]
                        : [Answer(thread, execution, "subscribe_result", requestId, shown.Refusal)];
                case "cancel" or "resume":
                    var steering = SteeringMessage.Read(CommandOf(root, kind), task);
                    var reply = await steering.CarryOutAsync(operations(), caller, cancellationToken).ConfigureAwait(false);
                    return [Answer(thread, execution, $"{kind}_result", requestId, reply.Refusal)];
                default:
                    return [Answer(thread, execution, "error", requestId, new Refusal("invalid_input", "`event` is cancel, resume or subscribe."))];
            }
        }
    }

    private static string StandingOf(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Completed => NotificationEvents.Completed,
        ExecutionStatus.Failed or ExecutionStatus.Cancelled or ExecutionStatus.TimedOut => NotificationEvents.Failed,
        _ => NotificationEvents.Progress,
    };

    /// <summary>The command as the API's own socket takes it.</summary>
    private static byte[] CommandOf(JsonElement message, string kind) => EnvelopeWriter.Object(writer =>
    {
        writer.WriteString("type", kind);
        if (message.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in data.EnumerateObject().Where(static field => field.Name is not "type"))
            {
                field.WriteTo(writer);
            }
        }
    });

    private static string? Text(JsonElement message, string name) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private Notification Answer(ThreadKey thread, ExecutionId execution, string name, string? requestId, Refusal? refusal) =>
        Notify(thread, execution, name.Length > 100 ? "error" : name, NotificationData.Reply(requestId, refusal));

    private Notification Notify(ThreadKey thread, ExecutionId execution, string name, byte[] data) =>
        new() { Thread = thread, Execution = execution, Event = name, At = time.GetUtcNow(), Data = data };
}
