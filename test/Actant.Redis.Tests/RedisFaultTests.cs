using System.Diagnostics;
using Actant.Testing;
using StackExchange.Redis;

namespace Actant.Redis.Tests;

/// <summary>A Redis that is there and does not do what it is asked.</summary>
[Trait("Row", "I4")]
public sealed class RedisFaultTests
{
    private const string Talker = "name: talker\nmodel: {provider: gated, model_name: any}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("password=wrong", "refused")]
    [InlineData("", "it asks for a password (NOAUTH)")]
    [InlineData("password=right,ssl=true", "no connection with TLS")]
    public async Task Connection_Refused_SaysWhy(string options, string reason)
    {
        await using var redis = await RedisServer.StartAsync("--requirepass", "right");
        await using var server = await StreamServer.StartAsync($"{redis.Address},{options}");

        await StateAsync(server, reason);
        await server.SubmitAsync(Talker, "t");
        (await server.Model.Calls.NextAsync()).Finish("said");

        await UntilAsync(() => server.Log.Written.Any(line => line.Text.Contains("is away (", StringComparison.Ordinal) && line.Text.Contains(reason, StringComparison.Ordinal)), "the log");
        Assert.DoesNotContain(server.Log.Written, static line => line.Text.Contains("wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publishing_NotAllowed_IsSaidUntilItIs()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{redis.Address},allowAdmin=true");
        var rules = admin.GetServer(redis.Address);
        await rules.ExecuteAsync("ACL", "SETUSER", "agent", "on", ">right", "+@all", "resetchannels");
        await using var server = await StreamServer.StartAsync($"{redis.Address},user=agent,password=right");
        await StateAsync(server, "ok");

        await server.SubmitAsync(Talker, "t");
        (await server.Model.Calls.NextAsync()).Finish("said");

        await StateAsync(server, "the user may not do that (NOPERM)");
        await UntilAsync(() => server.Log.Written.Any(static line => line.Text.Contains("NOPERM", StringComparison.Ordinal)), "the log");
        await rules.ExecuteAsync("ACL", "SETUSER", "agent", "&langgraph:*");
        await server.SubmitAsync(Talker, "u");
        (await server.Model.Calls.NextAsync()).Finish("said");
        await StateAsync(server, "ok");
    }

    [Fact]
    public async Task Replica_IsSaidToBeOne()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {redis.Port}");
        await using var server = await StreamServer.StartAsync(replica.Address);

        await StateAsync(server, "it is a read-only replica");
    }

    private static async Task StateAsync(StreamServer server, string reason)
    {
        var said = "";
        for (var started = Stopwatch.StartNew(); !(said = await server.Streams.CheckAsync(Token)).Contains(reason, StringComparison.Ordinal);)
        {
            Assert.True(started.Elapsed < TimeSpan.FromMinutes(1), $"It says: {said}");
            await Task.Delay(50, Token);
        }
    }

    private static async Task UntilAsync(Func<bool> isSo, string what)
    {
        for (var started = Stopwatch.StartNew(); !isSo();)
        {
            Assert.True(started.Elapsed < TimeSpan.FromMinutes(1), $"There is not: {what}.");
            await Task.Delay(50, Token);
        }
    }
}
