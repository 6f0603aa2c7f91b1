using System.Text.Json;
using Actant.AspNetCore.Requests;
using Actant.Definitions;
using Actant.Executions;
using Actant.Storage;

namespace Actant.AspNetCore.Executions;

/// <summary>What a body that submits says.</summary>
internal sealed record SubmissionFields
{
    private const long LongestTimeoutMs = 366L * 24 * 60 * 60 * 1000;

    public string? Agent { get; private init; }

    public JsonElement? Definition { get; private init; }

    private JsonElement Input { get; init; }

    private string? Thread { get; init; }

    private int? Priority { get; init; }

    private TimeSpan? Timeout { get; init; }

    private BusyStrategy? WhenBusy { get; init; }

    private bool Start { get; init; }

    private SecurityContext? Security { get; init; }

    private TagFields Tags { get; init; } = new();

    private DeliveryFields Deliveries { get; init; } = new();

    /// <param name="fields">The body.</param>
    /// <param name="withAgent">Whether the body says which agent; such a request may also be held.</param>
    public static SubmissionFields Read(RequestFields fields, bool withAgent)
    {
        var read = new SubmissionFields
        {
            Agent = withAgent ? fields.Name("agent") : null,
            Definition = withAgent ? fields.Object("definition") : null,
            Input = fields.RequiredValue("input"),
            Thread = fields.Name("thread_id"),
            Priority = (int?)fields.Number("priority", 0, 9),
            Timeout = fields.Number("timeout_ms", 1, LongestTimeoutMs) is { } timeout ? TimeSpan.FromMilliseconds(timeout) : null,
            WhenBusy = fields.Word("when_busy", Words.Strategies.Keys) is { } word ? Words.Strategies[word] : null,
            Security = SecurityFields.Read(fields),
            Tags = TagFields.Read(fields),
            Deliveries = DeliveryFields.Read(fields),
            Start = !withAgent || (fields.Flag("start") ?? true),
        };
        if (withAgent && fields.Value("agent") is null == fields.Value("definition") is null)
        {
            fields.Errors.Add("$.agent", "missing_field", "Either agent (a name) or definition (an inline definition) is needed.");
        }

        fields.Done();
        return read;
    }

    /// <param name="agent">The agent, linked.</param>
    /// <param name="idempotencyKey">The request's key.</param>
    public SubmitRequest For(AgentDefinition agent, string? idempotencyKey) => Deliveries.AddTo(Tags.AddTo(new()
    {
        Agent = agent,
        Input = Input,
        Thread = Thread,
        IdempotencyKey = idempotencyKey,
        Priority = Priority,
        Timeout = Timeout,
        Start = Start,
        WhenBusy = WhenBusy,
        Security = Security,
    }));
}
