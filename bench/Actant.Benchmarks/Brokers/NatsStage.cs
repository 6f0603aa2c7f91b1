using System.Diagnostics;
using Actant.Testing;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Actant.Benchmarks.Brokers;

/// <summary>A NATS of the benchmark's own, and whoever sends jobs there and counts what comes back.</summary>
internal sealed class NatsStage : IAsyncDisposable
{
    private const int Senders = 64;

    private readonly NatsServer _server;
    private readonly NatsConnection _connection;

    private NatsStage(NatsServer server)
    {
        _server = server;
        _connection = new NatsConnection(NatsOpts.Default with { Url = server.Url });
        JetStream = new NatsJSContext(_connection);
    }

    public string Url => _server.Url;

    public NatsJSContext JetStream { get; }

    public static async Task<NatsStage> StartAsync() => new(await NatsServer.StartAsync());

    /// <summary>Jobs per second: from the first that is sent, by 64 senders who each wait until it is stored, until the result of the last is stored too.</summary>
    /// <param name="subject">Where jobs go.</param>
    /// <param name="body">A job.</param>
    /// <param name="results">The stream of results.</param>
    /// <param name="count">How many.</param>
    public async Task<double> MeasureAsync(string subject, byte[] body, string results, int count)
    {
        var before = await CountAsync(results);
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = Senders },
            async (_, cancellationToken) => (await JetStream.PublishAsync(subject, body, cancellationToken: cancellationToken)).EnsureSuccess());
        while (await CountAsync(results) < before + count)
        {
            await Task.Delay(10);
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Waits until a consumer is there.</summary>
    public async Task ThereAsync(string stream, string consumer)
    {
        while (true)
        {
            try
            {
                await JetStream.GetConsumerAsync(stream, consumer);
                return;
            }
            catch (NatsJSApiException)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>Makes a stream of jobs, its consumer, and a stream of results.</summary>
    public async Task<INatsJSConsumer> MakeAsync(string jobs, string results)
    {
        await JetStream.CreateStreamAsync(new StreamConfig(jobs, [$"{jobs}.>"]) { Retention = StreamConfigRetention.Workqueue });
        await JetStream.CreateStreamAsync(new StreamConfig(results, [$"{results}.>"]));
        return await JetStream.CreateOrUpdateConsumerAsync(jobs, new ConsumerConfig("bare") { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxAckPending = 100_000 });
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task<long> CountAsync(string stream) => (long)(await JetStream.GetStreamAsync(stream)).Info.State.LastSeq;
}
