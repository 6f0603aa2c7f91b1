using System.Text.Json;
using Actant.Api;

namespace Actant.Orchestrator;

/// <summary>Carries out what the orchestrator asks for, in the name of the caller that was configured for it.</summary>
internal sealed class OrchestratorCommands(OrchestratorOptions options, Func<ExecutionOperations> operations, TimeProvider time)
{
    private const string CallerName = "orchestrator";

    /// <summary>The most bytes of a message.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const int LongestText = 1_000;

    private static readonly string[] s_kinds = ["cancel", "resume", "subscribe"];

    /// <summary>What is answered to a message: one notification, or more where it asks how an execution stands.</summary>
    public async Task<IReadOnlyList<Notification>> CarryOutAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var document = CommandDocument.Read(message);
        if (!document.IsDone)
        {
            return [Unreadable(new Refusal(RefusalCodes.InvalidInput, $"The message is no usable JSON: {document.Refusal.Message}"))];
        }

        // Envelopes have more fields than a command needs; those are nobody's fault.
        var fields = document.Value.Fields();
        var (kind, task, tenant, requestId, data) = (
            fields.Text("event", LongestText), fields.Text("task_id", LongestText), new TenantId(fields.Name("tenant_id") ?? TenantId.Default.Value), fields.Text("request_id", LongestText), fields.Nested("data"));
        var isKnown = s_kinds.Contains(kind);
        var asked = new Notification
        {
            Thread = new ThreadKey(tenant, ""),
            Execution = ExecutionId.TryParse(task ?? "", out var execution) ? execution : default,
            Task = task,
            Event = isKnown ? $"{kind}_result" : "error",
            At = time.GetUtcNow(),
        };
        if (fields.Errors.Refusal is { } wrong)
        {
            return [Answer(asked, requestId, wrong)];
        }

        if (!options.Tenants.Contains(tenant))
        {
            return [Answer(asked, requestId, new Refusal("forbidden", "This orchestrator may not steer executions of that tenant: Actant:Orchestrator:Tenants."))];
        }

        if (!isKnown || task is null)
        {
            return [Answer(asked, requestId, new Refusal(RefusalCodes.InvalidInput, isKnown ? "$.task_id: The id of an execution is needed." : "$.event: One of cancel, resume, subscribe is expected."))];
        }

        var caller = new Caller(tenant, options.Role, KeyId: null, CallerName);
        if (kind == "subscribe")
        {
            var shown = await operations().GetAsync(caller, new ExecutionCommand(task), cancellationToken).ConfigureAwait(false);
            return [Answer(asked, requestId, shown.Refusal), .. shown.IsDone ? StandingOf(asked, shown.Value) : []];
        }

        var reply = await SteeringMessage.Read(CommandOf(kind!, data), task).CarryOutAsync(operations(), caller, cancellationToken).ConfigureAwait(false);
        return [Answer(asked, requestId, reply.Refusal)];
    }

    /// <summary>What is answered to a message that is not read.</summary>
    public Notification TooLarge() => Unreadable(new Refusal(RefusalCodes.PayloadTooLarge, $"At most {MaxBytes} bytes are read."));

    /// <summary>How an execution stands; once for each question that it asks.</summary>
    private static IEnumerable<Notification> StandingOf(Notification asked, ExecutionView view)
    {
        var name = StandingOf(view.Status);
        return view.Interrupts is { Count: > 0 } questions && view.Status == ExecutionStatus.Interrupted
            ? questions.Select(question => asked.With(name, NotificationData.Execution(view, null, question: question)))
            : [asked.With(name, NotificationData.Execution(view, null))];
    }

    private static string StandingOf(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Completed => NotificationEvents.Completed,
        ExecutionStatus.Failed or ExecutionStatus.Cancelled or ExecutionStatus.TimedOut => NotificationEvents.Failed,
        _ => NotificationEvents.Progress,
    };

    /// <summary>The command as the API's own socket takes it.</summary>
    private static byte[] CommandOf(string kind, JsonElement? data) => EnvelopeWriter.Object(writer =>
    {
        writer.WriteString("type", kind);
        if (data is { } fields)
        {
            foreach (var field in fields.EnumerateObject().Where(static field => field.Name is not "type"))
            {
                field.WriteTo(writer);
            }
        }
    });

    private static Notification Answer(Notification asked, string? requestId, Refusal? refusal) => asked.With(asked.Event, NotificationData.Reply(requestId, refusal));

    private Notification Unreadable(Refusal refusal) =>
        new() { Thread = new ThreadKey(TenantId.Default, ""), Execution = default, Event = "error", At = time.GetUtcNow(), Data = NotificationData.Reply(null, refusal) };
}
