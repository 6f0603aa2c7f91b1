using System.Globalization;
using Actant.Benchmarks.Http;
using Actant.Postgres;
using Actant.Testing;

namespace Actant.Benchmarks.Vendors;

/// <summary>A vendor and the servers that ask it, each in a process of its own, and clients of them all.</summary>
internal sealed class VendorStage : IAsyncDisposable
{
    private readonly NodeClient[] _nodes;

    private VendorStage(VendorClient vendor, NodeClient[] nodes)
    {
        Vendor = vendor;
        _nodes = nodes;
    }

    public VendorClient Vendor { get; }

    /// <summary>Where executions are submitted, and run.</summary>
    public NodeClient Node => _nodes[0];

    /// <summary>Another node where there are two, the only one otherwise.</summary>
    public NodeClient Other => _nodes[^1];

    /// <summary>One server, on a folder.</summary>
    public static Task<VendorStage> OpenAsync(BenchmarkOptions options) => OpenAsync(options, [[]]);

    /// <summary>Two servers on one database that talk to each other.</summary>
    public static Task<VendorStage> OpenTwoAsync(BenchmarkOptions options, PostgresStoreOptions database) =>
        OpenAsync(options, [InCluster(database), InCluster(database)]);

    /// <summary>One server for each set of settings.</summary>
    public static async Task<VendorStage> OpenAsync(BenchmarkOptions options, Dictionary<string, string>[] settings)
    {
        var vendor = await VendorClient.StartAsync(CancellationToken.None);
        var nodes = new List<NodeClient>();
        try
        {
            foreach (var some in settings)
            {
                some[$"Actant__Models__Providers__{NodeClient.Provider}__Address"] = vendor.Address.ToString();
                nodes.Add(await NodeClient.StartAsync(options, some));
            }

            return new VendorStage(vendor, [.. nodes]);
        }
        catch
        {
            await DisposeAsync(vendor, nodes);
            throw;
        }
    }

    public ValueTask DisposeAsync() => DisposeAsync(Vendor, _nodes);

    private static Dictionary<string, string> InCluster(PostgresStoreOptions database)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Find()}");
        return new(OwnServer.On(database))
        {
            ["Actant__Cluster__Address"] = address,
            ["Actant__Cluster__Listen"] = address,
            ["Actant__Cluster__Key"] = "the key of the benchmark",
        };
    }

    private static async ValueTask DisposeAsync(VendorClient vendor, IEnumerable<NodeClient> nodes)
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        await vendor.DisposeAsync();
    }
}
