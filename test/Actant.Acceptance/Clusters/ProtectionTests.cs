using System.Globalization;
using System.Text.Json;
using Actant.Testing.Postgres;

namespace Actant.Acceptance.Clusters;

/// <summary>
/// That the run of <see cref="ClusterTests"/> would notice: what it puts a cluster through is harmless with a protection, and is
/// reported by the same oracle without it.
/// </summary>
[Trait("Row", "X1")]
[Trait("Row", "F3")]
public sealed class ProtectionTests(PostgresCluster database) : IClassFixture<PostgresCluster>
{
    private const int Executions = 36;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>What has not ended by then, on however busy a machine, never will.</summary>
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task PausedNode_WakesUpWhenOthersHaveItsThreads_OnlyFencingKeepsItsResultsOut()
    {
        await using var run = await Run.StartAsync(database, "fencing");
        Assert.Empty(await WakeLateAsync(run));

        await Protection.Fencing.SwitchOffAsync(database.ConnectionString, "fencing");

        Assert.Contains(await WakeLateAsync(run), static violation => violation.Contains("results of 2 steps", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nodes_AnswersOfTheDatabaseAreLost_NothingFailsWhetherTheyAreRecognisedOrFoldedAgain()
    {
        await using var run = await Run.StartAsync(database, "recognition");
        Assert.Empty(await LoseAnswersAsync(run));

        await Protection.Recognition.SwitchOffAsync(database.ConnectionString, "recognition");

        // What is not recognised stands where something else was to stand: the thread is folded anew.
        Assert.Empty(await LoseAnswersAsync(run));
    }

    /// <summary>Nothing starts with its submission, and every take may be one whose answer is lost.</summary>
    [Fact]
    public async Task Nodes_AnswersOfTakesAreLost_NothingStaysLeasedToNobody()
    {
        await using var run = await Run.StartAsync(database, "takes", concurrency: 2);
        var ids = new List<string>();
        for (var round = 0; round < 8; round++)
        {
            ids.AddRange(await Task.WhenAll(Enumerable.Range(0, Executions).Select(number => run.Client.SubmitAsync($"go {round}/{number}"))));
            for (var i = 0; i < run.Nodes.Count; i++)
            {
                run.Nodes[i].Link.LoseAnswers();
            }
        }

        var ended = await run.Client.WaitAsync(ids, s_bound);

        Assert.True(Enumerable.Range(0, run.Nodes.Count).All(i => run.Nodes[i].Link.Lost > 0));
        Assert.Empty(await run.Oracle.ViolationsAsync(ended));
    }

    /// <summary>
    /// Results of a node are on their way to the database when it is cut off and stands still. Others end all its executions; then what
    /// was on its way arrives, and the node goes on.
    /// </summary>
    private static async Task<IReadOnlyList<string>> WakeLateAsync(Run run)
    {
        var node = run.Nodes[0];
        run.Ledger.Hold();
        var ids = await Task.WhenAll(Enumerable.Range(0, Executions).Select(number => run.Client.SubmitAsync($"go {number}", node)));
        await run.UntilAsync(() => run.Ledger.Held == Executions);
        node.Link.Hold();
        run.Ledger.Release();
        await run.UntilAsync(() => node.Link.Holds("tool_finished"));
        IReadOnlyList<JsonElement> ended = [];
        await node.PauseAsync(async () => ended = await run.Client.WaitAsync(ids, s_bound));
        node.Link.Release();

        // It has looked at what it held when it runs something new.
        await run.Client.WaitAsync(await Task.WhenAll(Enumerable.Range(0, 4).Select(number => run.Client.SubmitAsync($"go on {number}", node))), s_bound);
        return await run.Oracle.ViolationsAsync(ended);
    }

    /// <summary>All nodes store results, and do not hear that they have.</summary>
    private static async Task<IReadOnlyList<string>> LoseAnswersAsync(Run run)
    {
        run.Ledger.Hold();
        var ids = await Task.WhenAll(Enumerable.Range(0, Executions).Select(number => run.Client.SubmitAsync($"go {number}")));
        await run.UntilAsync(() => run.Ledger.Held == Executions);
        for (var i = 0; i < run.Nodes.Count; i++)
        {
            run.Nodes[i].Link.LoseAnswers();
        }

        run.Ledger.Release();
        var ended = await run.Client.WaitAsync(ids, s_bound);
        return await run.Oracle.ViolationsAsync(ended);
    }

    /// <summary>Three nodes, a client and what it calls.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly CancellationTokenSource _late = new(s_patience);

        public Nodes Nodes { get; private set; } = null!;

        public Ledger Ledger { get; private set; } = null!;

        public ClusterClient Client => new(Nodes, _late.Token);

        public Oracle Oracle => new(Client, Ledger, Nodes);

        public static async Task<Run> StartAsync(PostgresCluster database, string schema, int concurrency = 50)
        {
            var run = new Run { Ledger = await Ledger.StartAsync(static _ => Task.CompletedTask) };
            run.Nodes = await Nodes.StartAsync(
                3,
                database.ConnectionString,
                run._folder.Path,
                ("ACTANT__POSTGRES__SCHEMA", schema),
                ("ACTANT__SESSIONSECONDS", "2"),
                ("ACTANT__EGRESS__ALLOWPRIVATENETWORKS", "true"),
                ("MAX_CONCURRENT_AGENTS", concurrency.ToString(CultureInfo.InvariantCulture)));
            await ClusterClient.MakeAgentAsync(run.Nodes[0].Client, run.Ledger.Address);
            return run;
        }

        public async Task UntilAsync(Func<bool> condition)
        {
            while (!condition())
            {
                await Task.Delay(20, _late.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Nodes.DisposeAsync();
            await Ledger.DisposeAsync();
            _late.Dispose();
            _folder.Dispose();
        }
    }
}
