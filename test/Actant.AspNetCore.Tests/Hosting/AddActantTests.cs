using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Actant.Definitions;
using Actant.Executions;
using Actant.Hosting;
using Actant.InMemory;
using Actant.Outbox;
using Actant.Testing.Executions;
using Actant.Testing.Kinds;
using Actant.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Actant.AspNetCore.Tests.Hosting;

/// <summary>Actant inside somebody else's application.</summary>
[Trait("Row", "C4")]
public sealed class AddActantTests
{
    private const string Clerk = "name: clerk\ntools: [stock]";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddActant_ForeignModelAndFunction_AnswerOverHttp()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddActant(options => options.MaxConcurrentExecutions = 50)
            .AddModel(new EchoChatClient())
            .AddTool(AIFunctionFactory.Create(([Description("What")] string item) => $"7 x {item}", "stock", "Counts."), ToolClass.Pure)
            .AddAgent(Clerk);
        await using var app = builder.Build();
        app.MapActant();
        await app.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        using var body = new StringContent("""{"input": "apples"}""", System.Text.Encoding.UTF8, "application/json");
        var response = await client.PostAsync("/api/v1/agents/clerk/execute", body, Token);
        var answer = await HttpServer.JsonAsync(response);
        var chat = await app.Services.GetRequiredKeyedService<IChatClient>("clerk").GetResponseAsync("pears", cancellationToken: Token);

        Assert.Equal("There are 7 x apples.", answer.GetProperty("output").GetProperty("response").GetString());
        Assert.Equal("There are 7 x pears.", chat.Text);
        Assert.Equal(50, app.Services.GetRequiredService<ActantEngine>().Options.MaxConcurrentExecutions);
    }

    [Fact]
    [Trait("Row", "X8")]
    public async Task AddOutboxSender_SchemeOfItsOwn_GetsResults()
    {
        var queue = Channel.CreateUnbounded<string>();
        using var host = Host(actant => actant.AddWebhooks().AddOutboxSender(new QueueSender(queue)).AddAgent("name: adder\nmodel: scripted"));
        await host.StartAsync(Token);
        var agent = (await host.Services.GetRequiredService<IAgentCatalogue>().FindAsync(TenantId.Default, "adder", Token))!;

        var reply = await host.Services.GetRequiredService<ActantEngine>().For(TenantId.Default).SubmitAsync(
            new SubmitRequest { Definition = agent, Input = JsonSerializer.SerializeToElement("What is 1 + 1?"), DeliverTo = [new DeliveryTarget { Url = "queue:results" }] }, Token);
        var told = await queue.Reader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Token);
        await host.StopAsync(Token);

        Assert.StartsWith("queue:results completed ", told, StringComparison.Ordinal);
        Assert.Contains($"\"execution_id\":\"{reply.Value!.Id}\"", told, StringComparison.Ordinal);
    }

    /// <summary>As in <c>docs/deliveries.md</c>.</summary>
    private sealed class QueueSender(Channel<string> queue) : IOutboxSender
    {
        public string Scheme => "queue";

        public async ValueTask<SendResult> SendAsync(OutboxMessage message, CancellationToken cancellationToken)
        {
            await queue.Writer.WriteAsync($"{message.Destination} {message.Event} {Encoding.UTF8.GetString(message.Body.Span)}", cancellationToken);
            return SendResult.Delivered;
        }
    }

    [Fact]
    public async Task AddDefinitionKind_DefinitionOfIt_Runs()
    {
        using var host = Host(actant => actant.AddDefinitionKind(new StagesKind()).AddTool(new GatedTool("work", ToolClass.Pure) { Responds = static call => call.Succeed("done") }));
        await host.StartAsync(Token);
        var client = host.Services.GetRequiredService<ActantEngine>().For(TenantId.Default);

        var reply = await client.SubmitAsync(
            new SubmitRequest
            {
                Definition = StagesKind.Define("""{"name": "claim", "stages": [{"tool": "work"}, {"say": "It is {{ state.s1 }}."}]}"""),
                Input = JsonSerializer.SerializeToElement("go"),
            },
            Token);

        Assert.Equal("It is done.", (await client.WaitAsync(reply.Value!.Id, Token).WaitAsync(TimeSpan.FromSeconds(60), Token)).Response);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task AddActant_HostWithoutHttp_StartsAndStopsTheEngine()
    {
        using var host = Host(actant => actant.AddModel(new EchoChatClient()).AddAgent("name: plain"));
        var engine = host.Services.GetRequiredService<ActantEngine>();

        await host.StartAsync(Token);
        Assert.True(engine.IsRunning);
        await host.StopAsync(Token);
        Assert.False(engine.IsRunning);
    }

    [Theory]
    [InlineData("name: lost\nmodel: {provider: nowhere, model_name: m}", "unknown_provider")]
    [InlineData("name: lost\nmodel: scripted\ntools: [nothing]", "unknown_tool")]
    [InlineData("name: lost", "missing_model")]
    [InlineData("name: taken\nmodel: scripted", "duplicate_name")]
    public async Task AddAgent_ThatCannotRunHere_FailsTheStart(string definition, string code)
    {
        using var host = Host(actant => actant.AddAgent("name: taken\nmodel: scripted").AddAgent(definition));

        var thrown = await Assert.ThrowsAsync<DefinitionException>(() => host.StartAsync(Token));

        Assert.Equal(code, Assert.Single(thrown.Problems).Code);
    }

    [Fact]
    public void AddAgent_ThatCannotBeRead_FailsAtOnce() =>
        Assert.Throws<DefinitionException>(() => Host(actant => actant.AddAgent("nodes: 7")));

    [Fact]
    public async Task AddTool_Function_FindsServicesOfItsCall()
    {
        using var host = Host(actant =>
        {
            actant.Services.AddScoped<Basket>();
            actant.AddModel(new EchoChatClient()).AddTool(AIFunctionFactory.Create(
                (string item, IServiceProvider services) => services.GetRequiredService<Basket>().Add(item), "stock", "Counts.")).AddAgent(Clerk);
        });
        await host.StartAsync(Token);
        var clerk = host.Services.GetRequiredKeyedService<IChatClient>("clerk");

        Assert.Equal("There are basket 1: a.", (await clerk.GetResponseAsync("a", cancellationToken: Token)).Text);
        Assert.Equal("There are basket 1: b.", (await clerk.GetResponseAsync("b", cancellationToken: Token)).Text);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task AddTool_Class_IsMadeByTheContainer()
    {
        using var host = Host(actant =>
        {
            actant.Services.AddSingleton<Basket>();
            actant.AddModel(new EchoChatClient()).AddTool<StockTool>().AddAgent(Clerk);
        });
        await host.StartAsync(Token);

        var answer = await host.Services.GetRequiredKeyedService<IChatClient>("clerk").GetResponseAsync("a", cancellationToken: Token);

        Assert.Equal("There are basket 1: a.", answer.Text);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task AddModel_Names_DecideWhoIsAskedAndForWhat()
    {
        var (given, named) = (new EchoChatClient(), new EchoChatClient());
        using var host = Host(actant => actant.AddModel(given).AddModel("house", named)
            .AddAgent("name: plain")
            .AddAgent("name: own\nmodel: {provider: house, model_name: large}")
            .AddAgent("name: any\nmodel: {provider: house, model_name: default}"));
        await host.StartAsync(Token);

        foreach (var name in new[] { "plain", "own", "any" })
        {
            await host.Services.GetRequiredKeyedService<IChatClient>(name).GetResponseAsync("Hello", cancellationToken: Token);
        }

        Assert.Equal([null], given.Models);
        Assert.Equal(["large", null], named.Models);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task AddActant_Twice_AddsToTheFirst()
    {
        using var host = Host(actant =>
        {
            actant.AddModel(new EchoChatClient()).AddAgent("name: one");
            actant.Services.AddActant(options => options.Node = "here").AddAgent("name: two");
        });
        await host.StartAsync(Token);

        var agents = await host.Services.GetRequiredService<IAgentCatalogue>().ListAsync(TenantId.Default, Token);
        Assert.Equal(["one", "two"], agents.Select(agent => agent.Name));
        Assert.Equal("here", host.Services.GetRequiredService<ActantEngine>().Options.Node);
        Assert.Single(host.Services.GetServices<IHostedService>().OfType<EngineHost>());
        await host.StopAsync(Token);
    }

    [Fact]
    [Trait("Row", "X1")]
    public async Task StartAsync_StoreIsAwayForAMoment_StartsWhenItAnswers()
    {
        var store = new NodeStore(new InMemoryStore(TimeProvider.System, IdGenerator.System), TimeProvider.System) { SessionsLost = 2 };
        using var host = Host(actant => actant.UseStore(_ => store).AddModel(new EchoChatClient()).AddAgent("name: one"));

        await host.StartAsync(Token);

        Assert.Equal(0, store.SessionsLost);
        await host.StopAsync(Token);
    }

    private static IHost Host(Action<ActantBuilder> configure)
    {
        var builder = new HostApplicationBuilder();
        builder.Logging.ClearProviders();
        configure(builder.Services.AddActant());
        return builder.Build();
    }

    private sealed class Basket
    {
        private int _count;

        public string Add(string item) => $"basket {++_count}: {item}";
    }

    private sealed class StockTool(Basket basket) : Tool
    {
        public override string Name => "stock";

        public override string Description => "Counts.";

        public override System.Text.Json.JsonElement Parameters { get; } =
            System.Text.Json.JsonElement.Parse("""{"type": "object", "properties": {"item": {"type": "string"}}}""");

        public override ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken) =>
            new(ToolResult.Succeeded(System.Text.Json.JsonSerializer.SerializeToElement(basket.Add(call.Arguments.GetProperty("item").GetString()!))));
    }
}
