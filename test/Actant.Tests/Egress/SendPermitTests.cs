using System.Net;
using System.Text.Json;
using Actant.Egress;
using Actant.Testing;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Egress;

/// <summary>A call that was held up until its execution may belong to somebody else does not leave.</summary>
[Trait("Row", "X6")]
public sealed class SendPermitTests : IAsyncLifetime
{
    private readonly DroppingService _service = new DroppingService().Start();
    private readonly HeldResolver _resolver = new();
    private readonly EgressGuard _guard;

    public SendPermitTests() => _guard = new EgressGuard(new EgressPolicy { AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")] }, _resolver);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Uri Url => new($"http://held.test:{_service.Address.Port}/");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _guard.Dispose();
        await _service.DisposeAsync();
    }

    [Theory]
    [InlineData("POST", "a body", true)]
    [InlineData("POST", null, true)]
    [InlineData("DELETE", null, true)]
    [InlineData("POST", "a body", false)]
    [InlineData("POST", null, false)]
    public async Task Send_RightEndsWhileItWaitsForAConnection_WritesNothing(string method, string? body, bool isGuarded)
    {
        var isValid = true;
        var permit = SendPermit.Current = new SendPermit(() => isValid);
        using var client = new HttpClient(isGuarded ? _guard.CreateHandler(new EgressCaller(TenantId.Default, "test")) : _guard.CreateEndpointHandler());
        using var request = new HttpRequestMessage(new HttpMethod(method), Url) { Content = body is null ? null : new StringContent(body) };
        var sending = client.SendAsync(request, Stop);
        await _resolver.Asked.NextAsync();

        isValid = false;
        _resolver.Answer();

        var failed = await Assert.ThrowsAnyAsync<HttpRequestException>(() => sending);
        var own = Assert.IsType<EgressException>(failed as EgressException ?? failed.InnerException);
        Assert.Equal((EgressErrors.NotSent, false), (own.Failure.Code, own.RequestLeft));
        Assert.True(permit.KeptAllBack);
        Assert.Empty(_service.Requests);
    }

    [Fact]
    public async Task Send_RightHolds_LeavesAndIsNoted()
    {
        var permit = SendPermit.Current = new SendPermit(static () => true);
        _resolver.Answer();
        using var client = new HttpClient(_guard.CreateHandler(new EgressCaller(TenantId.Default, "test")));

        using var response = await client.PostAsync(Url, null, Stop);

        Assert.Single(_service.Requests);
        Assert.False(permit.KeptAllBack);
    }

    [Fact]
    public async Task Execution_ProcessIsHeldUpBeforeACallLeaves_CallIsMadeOnceWhenItsSessionLivesAgain()
    {
        await using var harness = await EngineHarness.StartAsync([new Payment(_guard, Url, _resolver.Failed)]);
        harness.Model.Responds = static call =>
        {
            if (call.Messages.Count == 1)
            {
                call.FinishWithCall("c1", "pay");
            }
            else
            {
                call.Finish("paid");
            }
        };
        var id = (await harness.SubmitAsync("""
            name: buyer
            model: {provider: gated, model_name: any}
            tools: [pay]
            """)).Id;
        await _resolver.Asked.NextAsync();
        var goesOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        harness.Node.Store.HoldsRenewals = goesOn.Task;

        // Its session may live for another second: nobody has taken the execution, and nobody may begin anything.
        harness.Time.Advance(harness.Node.Engine.Options.SessionLength * 0.9);
        _resolver.Answer();
        await _resolver.Failed.NextAsync();
        Assert.Empty(_service.Requests);

        harness.Node.Store.HoldsRenewals = null;
        goesOn.SetResult();
        var ended = harness.WaitAsync(id);
        await harness.AdvanceUntilAsync(ended);

        Assert.Equal("paid", (await ended).Response);
        Assert.Single(_service.Requests);
        var history = await harness.Client.GetHistoryAsync((await ended).Record.Thread.Thread, 1, 100, Stop);
        Assert.Single(history, static entry => entry.Payload is Actant.Journaling.AttemptFailed { NotBegun: true });
    }

    private sealed class HeldResolver : IHostResolver
    {
        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Arrivals<string> Asked { get; } = new();

        /// <summary>Calls of the tool that failed.</summary>
        public Arrivals<string> Failed { get; } = new();

        public void Answer() => _answer.TrySetResult();

        public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
        {
            Asked.Add(host);
            await _answer.Task.WaitAsync(cancellationToken);
            return [IPAddress.Loopback];
        }
    }

    private sealed class Payment(EgressGuard guard, Uri url, Arrivals<string> failed) : Tool
    {
        public override string Name => "pay";

        public override string Description => "Pays.";

        public override JsonElement Parameters { get; } = JsonElement.Parse("""{"type":"object"}""");

        public override ToolClass Class => ToolClass.Unsafe;

        public override ToolLimits Limits { get; } = new() { Timeout = TimeSpan.FromHours(1) };

        public override async ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken)
        {
            using var client = new HttpClient(guard.CreateHandler(new EgressCaller(call.Context.Thread.Tenant, "tool:pay")));
            try
            {
                using var response = await client.PostAsync(url, null, cancellationToken);
                return ToolResult.Succeeded(JsonElement.Parse("\"done\""));
            }
            catch (EgressException exception)
            {
                failed.Add(exception.Failure.Code);
                return exception.RequestLeft ? ToolResult.Failed(exception.Failure) : ToolResult.NotDone(exception.Failure);
            }
        }
    }
}
