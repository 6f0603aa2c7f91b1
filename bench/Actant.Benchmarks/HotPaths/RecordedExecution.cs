using Actant.Benchmarks.Loads;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Benchmarks.HotPaths;

/// <summary>What the engine writes for one execution of model, calculator, model with 1 KiB of messages.</summary>
internal static class RecordedExecution
{
    /// <summary>Runs it once in memory; answers with its entries as they are stored.</summary>
    public static async Task<List<StoredEntry>> MakeAsync()
    {
        await using var engine = await LoadEngine.InMemoryAsync(1);
        var result = await engine.ExecuteAsync(new SubmitRequest { Definition = LoadAgent.Calculating(512), Input = LoadAgent.Input(512) });
        return [.. await engine.Tenant.ReadAsync(result.Record.Thread.Thread, 1, 100, CancellationToken.None)];
    }

    /// <summary>The entries of a thread on which the same was asked so many times.</summary>
    public static List<StoredEntry> Repeat(List<StoredEntry> turn, int times)
    {
        var entries = new List<StoredEntry>(turn.Count * times);
        for (var i = 0; i < times; i++)
        {
            var execution = new ExecutionId(Guid.CreateVersion7());
            entries.AddRange(turn.Select(entry => entry with { Position = entries.Count + entry.Position, Execution = entry.Execution is null ? null : execution }));
        }

        return entries;
    }

    /// <summary>Decodes and folds.</summary>
    public static JournalState Fold(List<StoredEntry> entries)
    {
        var state = new JournalState();
        foreach (var entry in entries)
        {
            state.Apply(EntryCodec.Decode(entry));
        }

        return state;
    }
}
