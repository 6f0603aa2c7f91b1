using System.Globalization;
using System.Text;
using Actant.InMemory;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Journaling;

/// <summary>Whole journals as they were written once: they are read, and amount to what they amounted to then.</summary>
[Trait("Row", "X6")]
public sealed class GoldenJournalTests
{
    public static TheoryData<string> Names() => [.. CrashScenarios.All().Select(scenario => scenario.Name).Where(name => name != "a result larger than an entry")];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Decode_EveryEntry_IsWrittenAsItWas(string name)
    {
        foreach (var stored in await JournalAsync(name))
        {
            Assert.Equal(Text(stored.Body), Text(EntryCodec.Encode(EntryCodec.Decode(stored)).Entry.Body));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Apply_Journal_AmountsToThePinnedState(string name)
    {
        var state = Fold(await JournalAsync(name));

        var golden = await GoldenFiles.ReadAsync(
            1, $"journals/{Slug(name)}.fold{JournalState.FoldVersion}.json", () => Task.FromResult(ThreadSnapshots.Write(state)));

        Assert.Equal(Text(golden), Text(ThreadSnapshots.Write(state)));
        Assert.Equal(Text(golden), Text(ThreadSnapshots.Write(ThreadSnapshots.Read(golden))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Apply_FromASnapshotAtAnyPosition_AmountsToTheSame(string name)
    {
        var journal = await JournalAsync(name);
        var whole = Text(ThreadSnapshots.Write(Fold(journal)));
        for (var position = 0; position <= journal.Count; position++)
        {
            var snapshot = ThreadSnapshots.Write(Fold(journal.Take(position)));

            var state = Fold(journal.Skip(position), ThreadSnapshots.Read(snapshot));

            Assert.Equal(whole, Text(ThreadSnapshots.Write(state)));
        }
    }

    private static JournalState Fold(IEnumerable<StoredEntry> journal, JournalState? state = null)
    {
        state ??= new JournalState();
        foreach (var stored in journal)
        {
            state.Apply(EntryCodec.Decode(stored));
        }

        return state;
    }

    private static async Task<IReadOnlyList<StoredEntry>> JournalAsync(string name)
    {
        var file = await GoldenFiles.ReadAsync(1, $"journals/{Slug(name)}.journal", () => RecordAsync(CrashScenarios.All().Single(scenario => scenario.Name == name)));
        return [.. Text(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Select(parts => new StoredEntry(
            long.Parse(parts[0], CultureInfo.InvariantCulture),
            Guid.Parse(parts[1]),
            ExecutionId.TryParse(parts[2], out var execution) ? execution : null,
            long.Parse(parts[3], CultureInfo.InvariantCulture),
            Encoding.UTF8.GetBytes(parts[4])))];
    }

    private static async Task<byte[]> RecordAsync(CrashScenario scenario)
    {
        await using var store = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        await new CrashProcess(store, TimeProvider.System, new CallLedger(store)).PlayAsync(scenario, "thread", null);
        var entries = await store.For(TenantId.Default).ReadAsync("thread", 1, 1000, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetBytes(string.Concat(entries.Select(entry => $"{entry.Position}\t{entry.Id}\t{entry.Execution}\t{entry.Epoch}\t{Text(entry.Body)}\n")));
    }

    private static string Slug(string name) => string.Join('-', name.Split([' ', ',', ':'], StringSplitOptions.RemoveEmptyEntries));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
