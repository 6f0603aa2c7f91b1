using System.Net;
using System.Net.Http.Headers;
using Actant.InMemory;
using Actant.Testing.Executions;

namespace Actant.AspNetCore.Tests.Peers;

[Trait("Row", "X6")]
public sealed class PeerTests : IAsyncDisposable
{
    private const string Talker = """
        name: talker
        model: {provider: gated, model_name: any}
        """;

    private readonly GatedModel _model = new();
    private readonly InMemoryStore _store = new(TimeProvider.System, IdGenerator.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_OnAnotherNode_EveryDeltaAsItComes()
    {
        await using var owner = await ClusterNode.StartAsync(_store, _model);
        var id = await SubmitAsync(owner);
        var call = await _model.Calls.NextAsync();

        // Only now: it might have taken the execution.
        await using var other = await ClusterNode.StartAsync(_store, _model);
        call.Say("ünë \"");
        var (early, late) = (new Transcript(), new Transcript());
        var reading = early.ReadAsync(other.Client, id);
        await early.SawAsync("ünë \"");
        call.Say("two\n");
        await early.SawAsync("two\n");
        var lateReading = late.ReadAsync(other.Client, id);
        await late.SawAsync("two\n");
        call.Finish("three");

        await reading;
        await lateReading;
        Assert.Equal("ünë \"two\nthree", Assert.Single(early.Messages).Value);
        Assert.Equal(early.Messages, late.Messages);
    }

    [Fact]
    public async Task Read_OwnerStops_GoesOnWithTheNextOne()
    {
        var owner = await ClusterNode.StartAsync(_store, _model);
        var id = await SubmitAsync(owner);
        (await _model.Calls.NextAsync()).Say("lost");
        await using var other = await ClusterNode.StartAsync(_store, _model);
        var reader = new Transcript();
        var reading = reader.ReadAsync(other.Client, id);
        await reader.SawAsync("lost");

        var again = _model.Calls.NextAsync();
        await owner.DisposeAsync();
        (await again).Finish("kept");

        await reading;
        Assert.Equal("kept", Assert.Single(reader.Messages).Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("the-key-of-another-cluster")]
    [InlineData("the-key-of-this-cluste")]
    public async Task Ask_WithoutTheKey_IsRefused(string? key)
    {
        await using var node = await ClusterNode.StartAsync(_store, _model);
        using var client = new HttpClient { BaseAddress = node.Address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);

        await HttpServer.AssertProblemAsync(await client.GetAsync("/internal/v1/threads/default/t/events", Token), 401, "unauthenticated");
    }

    [Fact]
    public async Task Ask_ThreadThatNobodyOwnsHere_EndsAtOnce()
    {
        await using var node = await ClusterNode.StartAsync(_store, _model);
        using var client = new HttpClient { BaseAddress = node.Address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ClusterNode.Key);

        Assert.Equal("", await client.GetStringAsync("/internal/v1/threads/default/a%2Fb/events", Token));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static async Task<ExecutionId> SubmitAsync(ClusterNode node)
    {
        var reply = await node.Client.SubmitAsync(EngineHarness.Request(Talker), Token);
        Assert.True(reply.IsDone, reply.Refusal?.Message);
        return reply.Value.Id;
    }
}
