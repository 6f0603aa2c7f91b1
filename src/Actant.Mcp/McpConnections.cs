using Actant.Egress;
using Actant.Secrets;
using Microsoft.Extensions.Logging;

namespace Actant.Mcp;

/// <summary>
/// The processes and sessions of this process. No two tenants share one. There are never more than the options say: those that nobody uses make room,
/// a tenant's own first.
/// </summary>
internal sealed partial class McpConnections : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(TenantId Tenant, string Key), McpLink> _links = [];
    private readonly EgressGuard _guard;
    private readonly ISecretSource _secrets;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _sweeper;
    private bool _isDisposed;

    public McpConnections(McpOptions options, EgressGuard guard, ISecretSource secrets, TimeProvider time, ILoggerFactory loggers)
    {
        (Options, _guard, _secrets, _time) = (options, guard, secrets, time);
        _logger = loggers.CreateLogger("Actant.Mcp");
        _sweeper = time.CreateTimer(_ => Sweep(), null, options.IdleTime, options.IdleTime);
    }

    /// <summary>What there may be.</summary>
    public McpOptions Options { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time => _time;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _links.Count;
            }
        }
    }

    /// <summary>The log.</summary>
    public ILogger Logger => _logger;

    /// <summary>The session of a tenant with a server, if one is open.</summary>
    public McpSession? SessionOf(TenantId tenant, string key)
    {
        lock (_lock)
        {
            return _links.GetValueOrDefault((tenant, key))?.Session;
        }
    }

    /// <summary>How much a tenant asks of a server now.</summary>
    public int UsersOf(TenantId tenant, string key)
    {
        lock (_lock)
        {
            return _links.GetValueOrDefault((tenant, key))?.Users_NeedsLock ?? 0;
        }
    }

    /// <summary>Asks something of a server.</summary>
    /// <exception cref="McpUnavailableException">Nothing was asked.</exception>
    public async ValueTask<T> AskAsync<T>(McpTarget target, TenantId tenant, Func<McpSession, CancellationToken, ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        var link = Take(target, tenant);
        try
        {
            return await link.AskAsync(ask, cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                link.Users_NeedsLock--;
                link.UsedAt_NeedsLock = _time.GetTimestamp();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<McpLink> links;
        lock (_lock)
        {
            _isDisposed = true;
            links = [.. _links.Values];
            _links.Clear();
        }

        await _sweeper.DisposeAsync();
        await Task.WhenAll(links.Select(static link => link.DisposeAsync().AsTask()));
    }

    private McpLink Take(McpTarget target, TenantId tenant)
    {
        List<McpLink> closed = [];
        try
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (!_links.TryGetValue((tenant, target.Key), out var link))
                {
                    MakeRoom_NeedsLock(tenant, Options.MaxConnectionsPerTenant, closed);
                    MakeRoom_NeedsLock(null, Options.MaxConnections, closed);
                    _links[(tenant, target.Key)] = link = new McpLink(target, tenant, Options, _guard, _secrets, _time, _logger);
                }

                link.Users_NeedsLock++;
                return link;
            }
        }
        finally
        {
            Close(closed);
        }
    }

    private void MakeRoom_NeedsLock(TenantId? tenant, int most, List<McpLink> closed)
    {
        var present = _links.Where(pair => tenant is null || pair.Key.Tenant == tenant).ToList();
        if (present.Count < most)
        {
            return;
        }

        var (key, oldest) = present.Where(static pair => pair.Value.Users_NeedsLock == 0).OrderBy(static pair => pair.Value.UsedAt_NeedsLock).FirstOrDefault();
        if (oldest is null)
        {
            throw new McpUnavailableException($"As many MCP servers are in use as there may be at once ({most}{(tenant is null ? "" : " for one tenant")}).", TimeSpan.FromSeconds(1));
        }

        _links.Remove(key);
        closed.Add(oldest);
    }

    private void Sweep()
    {
        List<McpLink> closed = [];
        lock (_lock)
        {
            foreach (var (key, link) in _links.Where(pair => pair.Value.Users_NeedsLock == 0 && _time.GetElapsedTime(pair.Value.UsedAt_NeedsLock) >= Options.IdleTime).ToList())
            {
                _links.Remove(key);
                closed.Add(link);
            }
        }

        Close(closed);
    }

    private void Close(List<McpLink> links)
    {
        foreach (var link in links)
        {
            _ = CloseAsync(link);
        }
    }

    private async Task CloseAsync(McpLink link)
    {
        try
        {
            await link.DisposeAsync();
        }
        catch (Exception exception)
        {
            LogNotClosed(_logger, exception);
        }
    }

    [LoggerMessage(EventId = 6407, Level = LogLevel.Warning, Message = "An MCP server was not closed well")]
    private static partial void LogNotClosed(ILogger logger, Exception exception);
}
