using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Testing.Kinds;
using Actant.Testing.Storage;
using Actant.Tools;

namespace Actant.Testing.Executions;

/// <summary>One process that plays a scenario, from wherever the process before it was stopped, to its end or its own death.</summary>
/// <param name="store">What survives.</param>
/// <param name="clock">The clock of process and store.</param>
/// <param name="ledger">Who begins what.</param>
public sealed class CrashProcess(IActantStore store, TimeProvider clock, CallLedger ledger)
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);

    /// <summary>Plays on.</summary>
    /// <param name="scenario">What.</param>
    /// <param name="thread">Where.</param>
    /// <param name="dying">The store that dies with this process, if it shall.</param>
    /// <returns>Everything that can be seen of the end, as text; <c>null</c> when the process has died.</returns>
    public async Task<string?> PlayAsync(CrashScenario scenario, string thread, DyingStore? dying)
    {
        using var faults = new FaultLog();
        var watch = new FoldWatch(store);
        var models = new ModelProviders([new ScriptedModelProvider(new InstantTimeProvider())]);
        var options = new EngineOptions
        {
            StorePatience = TimeSpan.Zero,
            ShutdownPatience = dying is null ? TimeSpan.FromSeconds(10) : TimeSpan.Zero,
            SnapshotEntries = 5,
            LongestWaitInMemory = scenario.LongestWaitInMemory,
            SessionLength = scenario.SessionLength,
            Watch = watch,
        };
        var engine = new ActantEngine(dying ?? store, new ToolRegistry(ledger.Tools(dying?.Died)), models, options, time: clock, logs: faults, kinds: [new StagesKind()]);
        using var bound = new CancellationTokenSource(s_bound, clock);
        try
        {
            await engine.StartAsync(bound.Token);
            var results = new List<ExecutionResult>();
            foreach (var (turn, input) in scenario.Inputs.Index())
            {
                results.Add(await ExecuteAsync(engine, scenario, thread, $"{thread}:{turn}", input, dying?.Died, bound.Token));
            }

            return ExecutionText.Of(scenario.IsParallel, results, (await engine.For(TenantId.Default).GetStateAsync(thread, null, bound.Token))!);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
        finally
        {
            await CloseAsync(engine);
            Assert.Empty(faults.Faults);
            Assert.Empty(watch.Faults);
        }
    }

    private async Task<ExecutionResult> ExecuteAsync(
        ActantEngine engine, CrashScenario scenario, string thread, string key, string input, Task? died, CancellationToken cancellationToken)
    {
        var client = engine.For(TenantId.Default);
        var reply = await client.SubmitAsync(
            new SubmitRequest
            {
                Definition = scenario.IsOfAddedKind ? StagesKind.Define(scenario.Definition) : EngineHarness.Define(scenario.Definition),
                Input = JsonSerializer.SerializeToElement(input),
                Thread = thread,
                IdempotencyKey = key,
            },
            cancellationToken);
        Assert.True(reply.IsDone, reply.Refusal is { } refusal ? $"{refusal.Message} {string.Join('\n', refusal.Errors ?? [])}" : null);
        while (true)
        {
            var wait = client.WaitAsync(reply.Value.Id, cancellationToken);
            if (died is not null && await Task.WhenAny(wait, died) == died)
            {
                throw new StoreUnavailableException("The process has died.");
            }

            var result = await wait;
            if (result.Record.Status != ExecutionStatus.Interrupted)
            {
                return result;
            }

            foreach (var interrupt in result.Interrupts)
            {
                await AnswerAsync(client, scenario, result.Record, interrupt, cancellationToken);
            }

            // The row says "interrupted" until the answer was taken up.
            await Task.Delay(TimeSpan.FromMilliseconds(1), clock, cancellationToken);
        }
    }

    private async Task AnswerAsync(ExecutionClient client, CrashScenario scenario, ExecutionRecord record, Interrupt interrupt, CancellationToken cancellationToken)
    {
        var answer = interrupt.Reason == InterruptReasons.ToolOutcomeUnknown
            ? ledger.AnswerUnknown(record.Id, await AskerAsync(record, interrupt), interrupt)
            : scenario.Answer(interrupt);
        var reply = await client.ResumeAsync(
            record.Id, new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [interrupt.Id] = JsonElement.Parse(answer) } }, cancellationToken);
        Assert.True(
            reply.IsDone || reply.Refusal.Code is "interrupt_answered" or "interrupt_not_found" or "execution_ended",
            reply.Refusal is { } refusal ? $"{refusal.Code}: {refusal.Message} {string.Join('\n', refusal.Errors ?? [])}" : null);
    }

    private async Task<string> AskerAsync(ExecutionRecord record, Interrupt interrupt)
    {
        var entries = await store.For(record.Thread.Tenant).ReadAsync(record.Thread.Thread, 1, 1000, CancellationToken.None);
        var asked = entries.Where(entry => EntryCodec.BlobOf(entry) is null).Select(entry => EntryCodec.Decode(entry))
            .Single(entry => entry.Payload is Interrupted interrupted && interrupted.Interrupt.Id == interrupt.Id);
        return asked.Path.Length == 0 ? asked.Activation! : $"{asked.Path}/{asked.Activation}";
    }

    /// <summary>Ends the engine of a process that may be dead.</summary>
    internal static async Task CloseAsync(ActantEngine engine)
    {
        try
        {
            await engine.DisposeAsync();
        }
        catch (StoreUnavailableException)
        {
            // A dead process cannot end its session.
        }
    }
}
