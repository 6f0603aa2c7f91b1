using Actant.Storage;
using Actant.Testing.Storage;

namespace Actant.Testing.Executions;

/// <summary>
/// The process dies before and after every single commit of a scenario; another one on the same store ends it as if nothing had
/// been. A test class of a store inherits this.
/// </summary>
public abstract class CrashTests
{
    private const int MostCommits = 500;
    private static readonly TimeSpan s_afterTheSession = TimeSpan.FromSeconds(20);

    /// <summary>Plays a scenario, and then again for each of its commits, before and after which the process dies.</summary>
    protected async Task DieEverywhereAsync(CrashScenario scenario)
    {
        var clock = new SkippingTimeProvider();
        await using var store = await OpenStoreAsync(clock, IdGenerator.System);
        var ledger = new CallLedger(store);
        var expected = await new CrashProcess(store, clock, ledger).PlayAsync(scenario, "uninterrupted", null);
        Assert.Empty(ledger.Faults);

        foreach (var after in (bool[])[false, true])
        {
            var commit = 0;
            while (await DieAsync(scenario, store, clock, ledger, ++commit, after, expected!))
            {
                Assert.True(commit < MostCommits, "The scenario does not end.");
            }

            Assert.True(commit > 5, $"Only {commit} commits: the process does not seem to have died at all.");
        }
    }

    /// <summary>Opens an empty store on this clock.</summary>
    protected abstract Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids);

    /// <summary>Whether the process died: false when the scenario has fewer commits.</summary>
    private static async Task<bool> DieAsync(
        CrashScenario scenario, IActantStore store, SkippingTimeProvider clock, CallLedger ledger, int commit, bool after, string expected)
    {
        var thread = $"{(after ? "after" : "before")}-{commit}";
        var dying = new DyingStore(store, commit, after);
        var first = await new CrashProcess(store, clock, ledger).PlayAsync(scenario, thread, dying);
        if (first is null)
        {
            // Its last commit may still be on the way.
            await dying.Died;
        }

        clock.Skip(s_afterTheSession);
        var ended = first is null || dying.Died.IsCompleted
            ? await new CrashProcess(store, clock, ledger).PlayAsync(scenario, thread, null)
            : first;

        var where = $"{scenario.Name}: died {thread} of {string.Join(", ", dying.Commits)}";
        Assert.True(ledger.Faults.Count == 0, $"{where}\n{string.Join('\n', ledger.Faults)}");
        Assert.True(ended == expected, $"{where}\nexpected:\n{expected}\nbut:\n{ended}");
        return dying.Died.IsCompleted;
    }
}
