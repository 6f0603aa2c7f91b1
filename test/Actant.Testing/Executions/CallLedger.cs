using System.Collections.Concurrent;
using System.Text.Json;
using Actant.Journaling;
using Actant.Storage;
using Actant.Tools;

namespace Actant.Testing.Executions;

/// <summary>Writes down each beginning of a call, across all processes, and looks whether the journal allowed it.</summary>
public sealed class CallLedger(IActantStore store)
{
    private readonly ConcurrentDictionary<(ExecutionId Execution, string Activation, string CallId), ConcurrentQueue<ToolCall>> _begun = new();
    private readonly ConcurrentDictionary<(ExecutionId Execution, string Activation, string CallId), int> _retries = new();
    private readonly ConcurrentQueue<string> _faults = new();

    /// <summary>What was done against the rules.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>The tools of all scenarios, one of each class and some that fail.</summary>
    /// <param name="died">The end of the process that calls them: dead processes begin nothing.</param>
    public IReadOnlyList<Tool> Tools(Task? died) =>
    [
        new LedgerTool(this, died, "look_up", ToolClass.Pure, static call => Said("found", call)),
        new LedgerTool(this, died, "upsert", ToolClass.Idempotent, static call => Said("stored", call)),
        new LedgerTool(this, died, "charge", ToolClass.Unsafe, static call => Said("charged", call)),
        new LedgerTool(this, died, "flaky_look_up", ToolClass.Pure, static call => call.Attempt > 1 ? Said("found", call) : Busy()),
        new LedgerTool(this, died, "flaky_upsert", ToolClass.Idempotent, static call => call.Attempt > 1 ? Said("stored", call) : Busy()),
        new LedgerTool(this, died, "refuse", ToolClass.Unsafe, static _ => ToolResult.Failed("card_declined", "The card was declined.")),
        new LedgerTool(this, died, "big", ToolClass.Pure, static _ => ToolResult.Succeeded(new string('ä', 70_000) + "\0end")),
        new LedgerTool(this, died, "record_pure", ToolClass.Pure, static call => Said("recorded", call)),
        new LedgerTool(this, died, "record_idempotent", ToolClass.Idempotent, static call => Said("recorded", call)),
        new LedgerTool(this, died, "record_unsafe", ToolClass.Unsafe, static call => Said("recorded", call)),
    ];

    /// <summary>
    /// What a person who knows the outside answers about a call that was cut off: the result it had, if it has begun; else retry.
    /// </summary>
    public string AnswerUnknown(ExecutionId execution, string activation, Interrupt asked)
    {
        var key = (execution, activation, asked.CallId!);
        if (_begun.ContainsKey(key) && asked.Tool is "charge" or "careful_charge")
        {
            return $$"""{"decision":"happened","result":{{Said("charged", asked.Arguments!.Value).Output!.Value.GetRawText()}}}""";
        }

        _retries.AddOrUpdate(key, 1, static (_, count) => count + 1);
        return """{"decision":"retry"}""";
    }

    internal async Task BeginAsync(ToolCall call, ToolClass toolClass, Task? died)
    {
        var entries = await EntriesAsync(call);
        if (died?.IsCompleted == true)
        {
            throw new InvalidOperationException("The process is dead.");
        }

        var key = (call.Context.Execution, call.Context.Activation, call.CallId);
        var begun = _begun.GetOrAdd(key, static _ => new());
        begun.Enqueue(call);
        if (begun.Any(other => other.IdempotencyKey != call.IdempotencyKey))
        {
            _faults.Enqueue($"{key}: two attempts have different idempotency keys.");
        }

        if (entries.Any(entry => entry.Payload is ToolFinished finished && finished.CallId == call.CallId))
        {
            _faults.Enqueue($"{key}: attempt {call.Attempt} began although the call's end is stored.");
        }

        if ((toolClass == ToolClass.Unsafe || call.Attempt > 1)
            && !entries.Any(entry => entry.Payload is ToolStarted started && started.CallId == call.CallId && entry.Attempt == call.Attempt))
        {
            _faults.Enqueue($"{key}: attempt {call.Attempt} began before its start was stored.");
        }

        if (toolClass == ToolClass.Unsafe && begun.Count > 1 + _retries.GetValueOrDefault(key))
        {
            _faults.Enqueue($"{key}: an unsafe call began {begun.Count} times after {_retries.GetValueOrDefault(key)} answered retries.");
        }
    }

    private static ToolResult Said(string what, ToolCall call) => Said(what, call.Arguments);

    private static ToolResult Said(string what, JsonElement arguments) => ToolResult.Succeeded($"{what} {arguments.GetRawText()}");

    private static ToolResult Busy() => ToolResult.Failed("busy", "Try again.", transient: true);

    /// <summary>What is stored of the calling activation, looked up behind the back of the process that calls.</summary>
    private async Task<List<Entry>> EntriesAsync(ToolCall call)
    {
        var stored = await store.For(call.Context.Thread.Tenant).ReadAsync(call.Context.Thread.Thread, 1, 1000, CancellationToken.None);
        return [.. stored.Where(entry => entry.Execution == call.Context.Execution && EntryCodec.BlobOf(entry) is null).Select(entry => EntryCodec.Decode(entry))
            .Where(entry => (entry.Path.Length == 0 ? entry.Activation : $"{entry.Path}/{entry.Activation}") == call.Context.Activation)];
    }
}
