using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.Storage;

namespace Actant.Api;

/// <summary>Submits an execution. What the values may be, the engine says.</summary>
public sealed record SubmitCommand
{
    private const long LongestTimeoutMs = 366L * 24 * 60 * 60 * 1000;
    private const int LongestUrl = 2048;

    /// <summary>The agent's name or id.</summary>
    public string? Agent { get; init; }

    /// <summary>A definition, in place of an agent.</summary>
    public JsonElement? Definition { get; init; }

    /// <summary>The input.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>The thread; a new one if absent.</summary>
    public string? Thread { get; init; }

    /// <summary>A second command with this key is answered as the first. Ways in have a place of their own for it: it is no field.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>0 to 9.</summary>
    public int? Priority { get; init; }

    /// <summary>How long it may take.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What to do when the thread is busy.</summary>
    public BusyStrategy? WhenBusy { get; init; }

    /// <summary>Whether it may begin by itself.</summary>
    public bool Start { get; init; } = true;

    /// <summary>On whose behalf it runs.</summary>
    public SecurityContext? Security { get; init; }

    /// <summary>Words of the caller's own.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(0);

    /// <summary>Whom the data is about.</summary>
    public string? Subject { get; init; }

    /// <summary>The batch it belongs to.</summary>
    public string? Batch { get; init; }

    /// <summary>The execution that caused it.</summary>
    public ExecutionId? Parent { get; init; }

    /// <summary>The trace it belongs to.</summary>
    public string? TraceParent { get; init; }

    /// <summary>From when on it need not be kept.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Where its end is delivered; as the agent says if absent.</summary>
    public IReadOnlyList<DeliveryTarget>? DeliverTo { get; init; }

    /// <summary>The short form of one more of these.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>Where else its end is delivered, whatever was asked for: the way in says so. It is no field.</summary>
    public IReadOnlyList<DeliveryTarget> Sinks { get; init; } = [];

    /// <summary>Reads one that says which agent, or brings a definition; it may also be held.</summary>
    public static Reply<SubmitCommand> Read(JsonFields fields)
    {
        var start = fields.Flag("start") ?? true;
        return fields.Read(Take(fields, "definition") with { Start = start });
    }

    /// <summary>Takes the fields of one out of an object that has others beside them; whoever takes those too closes the reading.</summary>
    /// <param name="fields">The object.</param>
    /// <param name="definition">What the field is called that brings a definition.</param>
    public static SubmitCommand Take(JsonFields fields, string definition)
    {
        var command = ReadRest(fields) with { Agent = fields.Name("agent"), Definition = fields.Nested(definition) };
        if (fields.Value("agent") is null == fields.Value(definition) is null)
        {
            fields.Errors.Add(fields.Place("agent"), "missing_field", $"Either agent (a name) or {definition} (an inline definition) is needed.");
        }

        return command;
    }

    /// <summary>Reads one whose agent is known from elsewhere.</summary>
    public static Reply<SubmitCommand> Read(JsonFields fields, string agent) => fields.Read(ReadRest(fields) with { Agent = agent });

    /// <summary>What the engine is asked for.</summary>
    /// <param name="agent">The agent, linked.</param>
    internal SubmitRequest For(AgentDefinition agent) => new()
    {
        Definition = agent,
        Brought = Definition is { } own ? BlobHash.Of(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(own)) : null,
        Input = Input,
        Thread = Thread,
        IdempotencyKey = IdempotencyKey,
        Priority = Priority,
        Timeout = Timeout,
        Start = Start,
        WhenBusy = WhenBusy,
        Security = Security,
        Labels = Labels,
        Subject = Subject,
        Batch = Batch,
        Parent = Parent,
        TraceParent = TraceParent,
        ExpiresAt = ExpiresAt,
        DeliverTo = DeliverTo,
        CallbackUrl = CallbackUrl,
        Sinks = Sinks,
    };

    private static SubmitCommand ReadRest(JsonFields fields) => new()
    {
        Input = fields.RequiredValue("input"),
        Thread = fields.Name("thread_id"),
        Priority = (int?)fields.Number("priority", 0, 9),
        Timeout = fields.Number("timeout_ms", 1, LongestTimeoutMs) is { } timeout ? TimeSpan.FromMilliseconds(timeout) : null,
        WhenBusy = fields.Word("when_busy", Words.Strategies.Keys) is { } word ? Words.Strategies[word] : null,
        Security = SecurityFields.Read(fields),
        Labels = TagFields.ReadLabels(fields),
        Subject = fields.Name("subject"),
        Batch = fields.Name("batch"),
        Parent = fields.Execution("parent_execution_id"),
        TraceParent = fields.Name("traceparent"),
        ExpiresAt = TagFields.ReadTime(fields, "expires_at"),
        DeliverTo = ReadTargets(fields),
        CallbackUrl = fields.Text("callback_url", LongestUrl),
    };

    /// <summary>As definitions of agents say it: the same reader, the same words.</summary>
    private static IReadOnlyList<DeliveryTarget>? ReadTargets(JsonFields fields)
    {
        if (fields.Value("deliver_to") is not { } list)
        {
            return null;
        }

        var problems = new ProblemList();
        var targets = DeliveryReader.Read(new DefinitionCursor(list, fields.Place("deliver_to"), problems));
        foreach (var problem in problems.Items)
        {
            fields.Errors.Add(problem.Path, problem.Code, problem.Message);
        }

        return targets;
    }
}
