using System.IO.Pipelines;
using Actant.AspNetCore.Peers;
using Actant.InMemory;
using Actant.Testing.Executions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Actant.AspNetCore.Tests.Peers;

[Trait("Row", "X6")]
public sealed class PeerEndpointTests
{
    [Fact]
    public async Task Relay_OtherNodeGoesWhileNothingIsPublished_EndsWithoutAFault()
    {
        await using var store = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        var model = new GatedModel();
        await using var node = await ClusterNode.StartAsync(store, model);
        var submitted = await node.Client.SubmitAsync(EngineHarness.Request("""
            name: talker
            model: {provider: gated, model_name: any}
            """), TestContext.Current.CancellationToken);
        await model.Calls.NextAsync();
        using var gone = new CancellationTokenSource();
        var context = new DefaultHttpContext { RequestAborted = gone.Token };
        context.Request.Headers.Authorization = $"Bearer {ClusterNode.Key}";
        context.Request.RouteValues["tenant"] = "default";
        context.Request.RouteValues["thread"] = submitted.Value!.Thread.Thread;
        context.Features.Set<IHttpResponseBodyFeature>(new Body(gone));

        // Its first message is on its way when the other side hangs up: the next one is waited for meanwhile.
        await new PeerEndpoint(node.Engine, new PeerOptions(ClusterNode.Key), TimeProvider.System)
            .RelayAsync(context).WaitAsync(EngineHarness.Patience, TestContext.Current.CancellationToken);

        Assert.True(gone.IsCancellationRequested);
    }

    private sealed class Body(CancellationTokenSource gone) : StreamResponseBodyFeature(Stream.Null), IHttpResponseBodyFeature
    {
        PipeWriter IHttpResponseBodyFeature.Writer { get; } = new Pipe(gone);

        private sealed class Pipe(CancellationTokenSource gone) : PipeWriter
        {
            private readonly PipeWriter _inner = Create(Stream.Null);

            public override void Advance(int bytes) => _inner.Advance(bytes);

            public override Memory<byte> GetMemory(int sizeHint = 0) => _inner.GetMemory(sizeHint);

            public override Span<byte> GetSpan(int sizeHint = 0) => _inner.GetSpan(sizeHint);

            public override void CancelPendingFlush() => _inner.CancelPendingFlush();

            public override void Complete(Exception? exception = null) => _inner.Complete(exception);

            public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
            {
                await gone.CancelAsync();
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }
}
