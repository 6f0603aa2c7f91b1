namespace Actant.Benchmarks.Http;

/// <summary>The server under load: one that runs, or one of our own.</summary>
internal sealed class LoadServer : IAsyncDisposable
{
    private readonly OwnServer? _own;

    private LoadServer(OwnServer? own, Uri address, int? pid, string[] headers)
    {
        _own = own;
        Pid = pid;
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan, BaseAddress = address };
        foreach (var header in headers)
        {
            var parts = header.Split(':', 2, StringSplitOptions.TrimEntries);
            Client.DefaultRequestHeaders.TryAddWithoutValidation(parts[0], parts.ElementAtOrDefault(1));
        }
    }

    public HttpClient Client { get; }

    /// <summary>Its process, where that is known.</summary>
    public int? Pid { get; }

    public bool IsOwn => _own is not null;

    public static async Task<LoadServer> OpenAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        if (options.Url is { } url)
        {
            return new LoadServer(null, url, options.Pid ?? Listener.Find(url), options.Headers);
        }

        var own = await OwnServer.StartAsync(options.Data, new Dictionary<string, string>(), cancellationToken);
        return new LoadServer(own, own.Address, own.Id, options.Headers);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }
}
