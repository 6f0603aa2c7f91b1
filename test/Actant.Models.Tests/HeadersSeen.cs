namespace Actant.Models.Tests;

/// <summary>Tells when the head of an answer has arrived.</summary>
internal sealed class HeadersSeen() : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _seen.Task;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        _seen.TrySetResult();
        return response;
    }
}
