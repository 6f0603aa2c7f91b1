using System.Globalization;
using System.Text;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Testing.Executions;

/// <summary>An execution in the middle of which its process died, as its journal and its definition tell it.</summary>
/// <param name="Id">The execution.</param>
/// <param name="Journal">The thread's entries; the first is the only <c>Taken</c>.</param>
/// <param name="Definition">What it runs, as it was stored.</param>
public sealed record OpenExecution(ExecutionId Id, IReadOnlyList<StoredEntry> Journal, byte[] Definition)
{
    /// <summary>The thread that it is put back on.</summary>
    public const string Thread = "t";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The entries, decoded.</summary>
    public IEnumerable<Entry> Entries => Journal.Select(stored => EntryCodec.Decode(stored));

    /// <summary>What it has recorded of a kind.</summary>
    public IEnumerable<T> All<T>()
        where T : EntryPayload => Entries.Select(entry => entry.Payload).OfType<T>();

    /// <summary>Reads a journal of tab-separated lines.</summary>
    public static OpenExecution Read(string journal, byte[] definition)
    {
        var entries = journal.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Select(parts => new StoredEntry(
            long.Parse(parts[0], CultureInfo.InvariantCulture),
            Guid.Parse(parts[1]),
            ExecutionId.TryParse(parts[2], out var execution) ? execution : null,
            long.Parse(parts[3], CultureInfo.InvariantCulture),
            Encoding.UTF8.GetBytes(parts[4]))).ToList();
        return new OpenExecution(entries[1].Execution!.Value, entries, definition);
    }

    /// <summary>
    /// Puts it into a store as the process left it that wrote it: under a session that ends now.
    /// </summary>
    public async Task RestoreAsync(IActantStore store)
    {
        var started = All<ExecutionStarted>().Single();
        var format = Entries.Max(entry => entry.Format);
        var session = await store.OpenSessionAsync(new OpenSession("another release", TimeSpan.FromSeconds(10)), Token);
        var tenant = store.For(TenantId.Default);
        var hash = new BlobHash(started.Definition);
        await tenant.WriteDefinitionAsync(hash, Definition, Token);
        var submission = new Submission
        {
            Id = Id,
            Thread = Thread,
            Agent = started.Agent,
            Definition = hash,
            Input = Encoding.UTF8.GetBytes("{}"),
            Deadline = started.Deadline,
            LeaseTo = new TakeRequest { Session = session.Id, Max = 1, TakenBody = Journal[0].Body, Format = format },
        };
        var accepted = (await tenant.SubmitAsync([submission], Token)).Single();
        var lease = accepted.Lease ?? throw new InvalidOperationException($"Somebody else has the thread: {accepted.Outcome}.");
        var asks = All<Interrupted>().Any();
        var retries = All<AttemptFailed>().LastOrDefault();
        var append = new AppendRequest
        {
            Thread = lease.Thread,
            Epoch = lease.Epoch,
            Position = 2,
            Entries = [.. Journal.Skip(1).Select(entry => new EncodedEntry(entry.Id, entry.Execution, entry.Body))],
            SeenSignal = lease.SignalNumber,
            // The input that it began with.
            Consumed = [lease.SignalNumber],
            Executions = [new ExecutionChange { Execution = Id, Status = asks ? ExecutionStatus.Interrupted : ExecutionStatus.Running, StartPosition = 2 }],
            Format = format,
            Lease = asks || retries is not null ? LeaseChange.Sleep : LeaseChange.Keep,
            Due = retries?.RetryAt,
        };
        var stored = await store.AppendAsync(append, Token);
        Assert.Equal(AppendOutcome.Stored, stored.Outcome);
        await store.EndSessionAsync(session.Id, Token);
    }

    /// <summary>Kills the engine of a harness, and reads what its thread <see cref="Thread"/> holds.</summary>
    /// <returns>The journal as lines, and the definition.</returns>
    public static async Task<(byte[] Journal, byte[] Definition)> CutOffAsync(EngineHarness harness, ExecutionRecord record)
    {
        harness.Node.Store.Kill();
        var tenant = harness.Store.For(TenantId.Default);
        var entries = await tenant.ReadAsync(Thread, 1, 1000, Token);
        var lines = string.Concat(entries.Select(entry => $"{entry.Position}\t{entry.Id}\t{entry.Execution}\t{entry.Epoch}\t{Encoding.UTF8.GetString(entry.Body.Span)}\n"));

        // The engine that goes on with it counts its ids from 1 too.
        var journal = lines.Replace("00000001-0000-0000-0000-", "0b000001-0000-0000-0000-", StringComparison.Ordinal);
        return (Encoding.UTF8.GetBytes(journal), (await tenant.ReadDefinitionAsync(record.Definition, Token))!);
    }
}
