using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Actant.Testing.Postgres;

namespace Actant.Acceptance.Fairness;

/// <summary>
/// Two processes on one PostgreSQL whose tenants ask over HTTP, each with its own key; who is served when is told by the times of the
/// executions. <c>ACTANT_FAIRNESS_BACKLOG</c> says how many wait: 20,000 is the long run, over sixty seconds instead of six.
/// </summary>
[Trait("Row", "X5")]
[Trait("Row", "S6")]
public sealed class FairnessTests(PostgresCluster database) : IClassFixture<PostgresCluster>
{
    private const int LongRun = 20_000;

    /// <summary>What may pass between two transactions of two nodes that do not see each other, and what they run at once, places beside the slots included.</summary>
    private const int Slots = 2 * (10 + 5);

    private static readonly int s_backlog = int.Parse(Environment.GetEnvironmentVariable("ACTANT_FAIRNESS_BACKLOG") ?? "1000", CultureInfo.InvariantCulture);
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(s_backlog >= LongRun ? 60 : 6);

    [Fact]
    public async Task Tenant_BesideABacklog_StartsBeforeAHundredthOfIt()
    {
        await using var site = await Site.StartAsync(database, "backlog");
        var (large, small) = (await site.AddAsync("large"), await site.AddAsync("small"));
        await large.SubmitAsync(s_backlog, delayMs: 300);

        var ten = await small.StartedAsync(await small.SubmitAsync(10, delayMs: 300), site.Late);

        var others = (await large.ListAsync()).Where(static other => other.StartedAt is not null).ToList();
        Assert.All(ten, one => Assert.InRange(others.Count(other => other.StartedAt > one.CreatedAt && other.StartedAt < one.StartedAt), 0, Math.Max(s_backlog / 100, 2 * Slots)));
    }

    [Fact]
    public async Task Tenants_FullQueues_ShareByWeight()
    {
        await using var site = await Site.StartAsync(database, "weights", ("ACTANT__TENANTS__two__WEIGHT", "2"), ("ACTANT__TENANTS__four__WEIGHT", "4"));
        Tenant[] tenants = [await site.AddAsync("one"), await site.AddAsync("two"), await site.AddAsync("four")];
        await Task.WhenAll(tenants.Select(tenant => tenant.SubmitAsync(s_backlog, delayMs: 200)));
        var since = (await tenants[0].ListAsync())[0].CreatedAt.AddSeconds(1);

        await tenants[0].StartedAfterAsync(since + s_window, site.Late);

        var counts = new List<int>();
        foreach (var tenant in tenants)
        {
            var all = await tenant.ListAsync();
            Assert.Contains(all, static execution => execution.StartedAt is null);
            counts.Add(all.Count(execution => execution.StartedAt >= since && execution.StartedAt < since + s_window));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"started in {s_window}: {string.Join(", ", counts)}");
        var turn = counts.Sum() / 7.0;
        AssertShare(turn, counts[0]);
        AssertShare(2 * turn, counts[1]);
        AssertShare(4 * turn, counts[2]);

        // The window begins and ends in the middle of what the nodes run at once: in a short one that is more than a tenth of a share.
        static void AssertShare(double share, int count) => Assert.InRange(count - share, -Math.Max(share / 10, Slots), Math.Max(share / 10, Slots));
    }

    [Fact]
    public async Task Priority_OvertakesInsideItsTenantOnly()
    {
        await using var site = await Site.StartAsync(database, "priorities");
        var (urgent, calm) = (await site.AddAsync("urgent"), await site.AddAsync("calm"));
        await Task.WhenAll(urgent.SubmitAsync(s_backlog / 2, priority: 0, delayMs: 200), calm.SubmitAsync(s_backlog, priority: 0, delayMs: 200));
        var nines = await urgent.StartedAsync(await urgent.SubmitAsync(s_backlog / 10, priority: 9, delayMs: 200), site.Late);
        var (first, last) = (nines.Max(static nine => nine.CreatedAt), nines.Max(static nine => nine.StartedAt!.Value));

        var overtaken = (await urgent.ListAsync()).Count(one => one.Priority == 0 && one.StartedAt > first && one.StartedAt < last);
        var beside = (await calm.ListAsync()).Count(one => one.StartedAt > first && one.StartedAt < last);
        var fast = nines.Count(nine => nine.StartedAt > first);
        TestContext.Current.TestOutputHelper?.WriteLine($"nines {fast}, zeros of the same tenant {overtaken}, of the other {beside}");
        Assert.InRange(overtaken, 0, Slots);
        Assert.True(fast > Slots && beside > 0.8 * fast && beside < 1.2 * fast + Slots, $"{fast} nines, {beside} zeros of the other tenant");
    }

    /// <summary>
    /// From request to end, on two sites that differ in one thing: here as many executions wait behind a cap as have ended there. On both the
    /// capped tenant runs what its cap allows, since that costs what any running execution costs, and the tables are equally large: beside
    /// empty ones everything takes longer, whether or not anybody waits. Measured in turns, so that what else the machine does meets both:
    /// one after the other, the same code differs by half.
    /// </summary>
    [Fact]
    public async Task Tenant_BesideOneAtItsCap_IsTakenAsFast()
    {
        var (cap, blocks) = (("ACTANT__TENANTS__capped__MAXRUNNING", "2"), 20);
        await using var calm = await Site.StartAsync(database, "caps_calm", cap);
        await using var full = await Site.StartAsync(database, "caps_full", cap);
        var (calmCapped, fullCapped) = (await calm.AddAsync("capped"), await full.AddAsync("capped"));
        (Tenant Tenant, List<double> Times)[] measured = [(await calm.AddAsync("free"), []), (await full.AddAsync("free"), [])];
        var former = await calm.AddAsync("former");
        await former.SubmitAsync(s_backlog, delayMs: 0);
        await former.EndedAsync(calm.Late);
        await calmCapped.SubmitAsync(2, delayMs: 600_000);
        await fullCapped.SubmitAsync(s_backlog, delayMs: 1000);

        // The first half warms up.
        for (var block = 0; block < 2 * blocks; block++)
        {
            foreach (var (tenant, times) in block % 2 == 0 ? measured : measured.Reverse())
            {
                for (var i = 0; i < s_backlog / 20 / blocks; i++)
                {
                    var sent = TimeProvider.System.GetTimestamp();
                    await tenant.ExecuteAsync();
                    if (block >= blocks)
                    {
                        times.Add(TimeProvider.System.GetElapsedTime(sent).TotalMilliseconds);
                    }
                }
            }
        }

        var (alone, beside) = (Median(measured[0].Times), Median(measured[1].Times));
        TestContext.Current.TestOutputHelper?.WriteLine($"from request to end, median: without a queue {alone} ms, beside one behind a cap {beside} ms");
        Assert.All(await calmCapped.ListAsync(), static execution => Assert.NotNull(execution.StartedAt));
        var waiting = await fullCapped.ListAsync();
        Assert.True(waiting.Count(static execution => execution.StartedAt is null) > s_backlog / 2);
        if (s_backlog >= LongRun)
        {
            Assert.True(beside <= alone * 1.2, $"{beside} ms beside a queue behind a cap, {alone} ms without the queue");
        }

        static double Median(List<double> times) => Math.Round(times.Order().ElementAt(times.Count / 2), 2);
    }

    /// <summary>Two nodes with ten slots each, and an administrator.</summary>
    private sealed class Site : IAsyncDisposable
    {
        private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(6);

        private readonly TemporaryFolder _folder = new();
        private readonly List<ActantProcess> _nodes = [];
        private readonly CancellationTokenSource _late = new(s_patience);
        private string? _admin;

        public CancellationToken Late => _late.Token;

        public static async Task<Site> StartAsync(PostgresCluster database, string schema, params (string Name, string Value)[] environment)
        {
            var site = new Site();
            for (var number = 1; number <= 2; number++)
            {
                site._nodes.Add(await ActantProcess.ServeAsync(
                    Path.Combine(site._folder.Path, $"node-{number}"),
                    [
                        ("ACTANT__POSTGRES__CONNECTIONSTRING", database.ConnectionString),
                        ("ACTANT__POSTGRES__SCHEMA", schema),
                        ("MAX_CONCURRENT_AGENTS", "10"),
                        .. environment,
                    ]));
            }

            return site;
        }

        public async Task<Tenant> AddAsync(string name)
        {
            _admin ??= await KeyAsync("default", "admin");
            return new Tenant([.. _nodes.Select(static node => node.Client)], await KeyAsync(name, "runner"));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var node in _nodes)
            {
                await node.DisposeAsync();
            }

            _late.Dispose();
            _folder.Dispose();
        }

        private async Task<string> KeyAsync(string tenant, string role)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tokens") { Content = JsonContent.Create(new { name = $"{tenant}-{role}", role, tenant_id = tenant }) };
            request.Headers.Authorization = _admin is null ? null : new AuthenticationHeaderValue("Bearer", _admin);
            using var response = await _nodes[0].Client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, text);
            return JsonElement.Parse(text).GetProperty("token").GetString()!;
        }
    }
}
