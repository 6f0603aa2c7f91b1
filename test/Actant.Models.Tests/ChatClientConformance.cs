using Actant.LanguageModels;
using Actant.Testing.Vendors;
using Microsoft.Extensions.AI;

namespace Actant.Models.Tests;

/// <summary>What the engine relies on in every chat client, whoever's models it asks.</summary>
public abstract class ChatClientConformance
{
    protected static readonly VendorCall Weather = new("call_a", "weather", """{"city":"Ulm","days":2}""");
    protected static readonly ChatMessage[] Hello = [new(ChatRole.System, "Be kind."), new(ChatRole.User, "Hello")];
    private static readonly VendorCall s_time = new("call_b", "time", """{"zone":"Europe/Berlin"}""");

    public static TheoryData<bool> Ways { get; } = [true, false];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The number of steps after which a reply of several deltas has begun and not ended.</summary>
    protected abstract int InTheMiddle { get; }

    /// <summary>A client of the model <c>m-1</c> whose next answer is this.</summary>
    protected abstract IChatClient ClientFor(VendorReply reply);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_Text_IsTheAnswerWithModelReasonAndUsage(bool streamed)
    {
        var client = ClientFor(new VendorReply
        {
            Answer = new VendorAnswer { Deltas = ["Hello", " Ada", " ✓"], Usage = new VendorUsage(1000, 600, 0, 20, 0) },
        });

        var response = await CallAsync(client, streamed);

        Assert.Equal("Hello Ada ✓", response.Text);
        Assert.Equal("m-1", response.ModelId);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal((1000, 600, 20), (response.Usage!.InputTokenCount, response.Usage.CachedInputTokenCount, response.Usage.OutputTokenCount));
    }

    [Fact]
    public async Task Stream_Text_ComesInDeltas()
    {
        var deltas = new List<string>();
        await foreach (var update in ClientFor(VendorReply.Say("a", " b", " c")).GetStreamingResponseAsync(Hello, cancellationToken: Token))
        {
            deltas.AddRange(update.Contents.OfType<TextContent>().Select(content => content.Text).Where(text => text.Length > 0));
        }

        Assert.Equal(["a", " b", " c"], deltas);
    }

    [Fact]
    public async Task Stream_Updates_TellTheUsageOnceInSumAndTheReason()
    {
        var client = ClientFor(new VendorReply { Answer = new VendorAnswer { Deltas = ["a"], Usage = new VendorUsage(100, 0, 0, 7, 0) } });

        var updates = await client.GetStreamingResponseAsync(Hello, cancellationToken: Token).ToListAsync(Token);

        var usage = updates.SelectMany(update => update.Contents).OfType<UsageContent>().ToList();
        Assert.Equal((100, 7), (usage.Sum(content => content.Details.InputTokenCount), usage.Sum(content => content.Details.OutputTokenCount)));
        Assert.Contains(updates, update => update.FinishReason == ChatFinishReason.Stop);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_ParallelToolCalls_AreReassembledInOrder(bool streamed)
    {
        var response = await CallAsync(ClientFor(VendorReply.Demand(Weather, s_time)), streamed);

        var calls = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal(["weather", "time"], calls.Select(call => call.Name));
        Assert.Equal(2, calls.Select(call => call.CallId).Distinct().Count());
        Assert.Equal("Ulm", calls[0].Arguments!["city"]!.ToString());
        Assert.Equal("2", calls[0].Arguments!["days"]!.ToString());
        Assert.Equal("Europe/Berlin", calls[1].Arguments!["zone"]!.ToString());
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_RateLimit_IsTransientAndTellsHowLongToWait(bool streamed)
    {
        var client = ClientFor(new VendorReply { Fault = VendorFault.RateLimit, Headers = new Dictionary<string, string> { ["Retry-After"] = "7" } });

        var failure = (await Assert.ThrowsAsync<ModelException>(() => CallAsync(client, streamed))).Failure;

        Assert.Equal((ModelErrors.RateLimited, true, 7_000), (failure.Code, failure.Transient, failure.RetryAfterMs));
    }

    [Fact]
    public async Task Stream_BreaksOff_IsTransient()
    {
        var client = ClientFor(VendorReply.Say("one", " two", " three") with { After = InTheMiddle });

        var failure = (await Assert.ThrowsAsync<ModelException>(() => CallAsync(client, streamed: true))).Failure;

        Assert.Equal((ModelErrors.StreamBroken, true), (failure.Code, failure.Transient));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_Cancelled_Ends(bool streamed)
    {
        var client = ClientFor(VendorReply.Say("one") with { After = 0, Hangs = true });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var asking = CallAsync(client, streamed, cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    protected static async Task<ChatResponse> CallAsync(
        IChatClient client, bool streamed, IReadOnlyList<ChatMessage>? messages = null, ChatOptions? options = null, CancellationToken? cancellationToken = null)
    {
        var token = cancellationToken ?? Token;
        return streamed
            ? await client.GetStreamingResponseAsync(messages ?? Hello, options, token).ToChatResponseAsync(token)
            : await client.GetResponseAsync(messages ?? Hello, options, token);
    }
}
