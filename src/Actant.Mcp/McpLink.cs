using System.Text.Json;
using Actant.Egress;
using Actant.Secrets;
using Actant.Tools;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Actant.Mcp;

/// <summary>The way of one tenant to one server: opens a session when one is needed, and a new one, after a growing pause, when that is lost.</summary>
internal sealed partial class McpLink(
    McpTarget target, TenantId tenant, McpOptions options, EgressGuard guard, ISecretSource secrets, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_cancelPatience = TimeSpan.FromSeconds(5);
    private static readonly JsonElement s_none = JsonElement.Parse("{}");
    private readonly SemaphoreSlim _opening = new(1);
    private McpSession? _session;
    private int _failures;
    private long _failedAt;

    /// <summary>How many use it now; those of the pool count under its lock.</summary>
    public int Users_NeedsLock { get; set; }

    /// <summary>When it was last used.</summary>
    public long UsedAt_NeedsLock { get; set; } = time.GetTimestamp();

    /// <summary>The session, if one is open.</summary>
    public McpSession? Session => Volatile.Read(ref _session);

    /// <summary>Asks something of the server.</summary>
    /// <exception cref="McpUnavailableException">Nothing was asked: there is no session.</exception>
    public async ValueTask<T> AskAsync<T>(Func<McpSession, CancellationToken, ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        var session = await OpenAsync(cancellationToken);

        // Asked again here: to open a session may have taken longer than this process has its right to call.
        SendPermit.Use();
        session.Asked();
        var asked = ask(session, cancellationToken).AsTask();
        try
        {
            await ((Task)asked).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!asked.IsCompleted)
            {
                // One that cannot even be told to stop is stuck.
                await ((Task)asked).WaitAsync(s_cancelPatience, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (!asked.IsCompleted)
            {
                session.Kill();
                await CloseAsync(session, isFailed: true);
                cancellationToken.ThrowIfCancellationRequested();
            }

            var answer = await asked;
            Volatile.Write(ref _failures, 0);
            return answer;
        }
        catch (McpProtocolException)
        {
            // An answer too.
            Volatile.Write(ref _failures, 0);
            throw;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogLost(logger, exception, target.Name, tenant.Value, session.Fault ?? exception.Message);
            await CloseAsync(session, isFailed: true);
            throw;
        }
    }

    /// <summary>Ends the session, if there is one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Session is { } session)
        {
            await CloseAsync(session, isFailed: false);
        }
    }

    private async ValueTask<McpSession> OpenAsync(CancellationToken cancellationToken)
    {
        if (Session is { IsOver: false } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (Session is { } session)
            {
                if (!session.IsOver)
                {
                    return session;
                }

                LogEnded(logger, target.Name, tenant.Value, session.Fault ?? "it ended");
                await CloseAsync(session, isFailed: true);
            }

            if (PauseLeft() is { } wait)
            {
                throw new McpUnavailableException($"The MCP server '{target.Name}' was lost {_failures} times in a row, and is tried again in {Math.Ceiling(wait.TotalSeconds):0} s.", wait);
            }

            // Apart from this call: what the session does by itself later on is not this call's.
            Task<McpSession> opening;
            using (ExecutionContext.SuppressFlow())
            {
                opening = Task.Run(OpenNewAsync, CancellationToken.None);
            }

            var opened = await opening;
            Volatile.Write(ref _session, opened);
            return opened;
        }
        catch (McpUnavailableException exception) when (exception.Failure.RetryAfterMs is null && exception.Failure.Transient)
        {
            Fail();
            throw;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<McpSession> OpenNewAsync()
    {
        using var late = new CancellationTokenSource(options.StartTimeout, time);
        var (found, refusal) = await ToolSecrets.FindAsync(secrets, tenant, target.Name, target.Secrets, target.Url, late.Token);
        if (found is null)
        {
            throw new McpUnavailableException(refusal!.Failure!.Message, isLasting: true) { Failure = refusal.Failure };
        }

        var values = target.Values.Select(value => KeyValuePair.Create(value.Key, value.Value.Fill(s_none, found.Values) ?? "")).ToList();
        StdioServer? process = null;
        McpSession? session = null;
        try
        {
            IClientTransport transport;
            if (target.Url is null)
            {
                process = StdioServer.Start(target.Server!, values, options.MaxMessageBytes, found.Scrubber.Scrub, time, logger);
                transport = new StreamClientTransport(process.Input, process.Output, NullLoggerFactory.Instance);
            }
            else
            {
                transport = OverHttp(values);
            }

            var client = await McpClient.CreateAsync(transport, Introduction(() => session?.ListChanged()), NullLoggerFactory.Instance, late.Token);
            session = new McpSession(client, process, found, time);
            LogOpened(logger, target.Name, tenant.Value);
            return session;
        }
        catch (Exception exception) when (exception is not McpUnavailableException)
        {
            LogNotOpened(logger, exception, target.Name, tenant.Value, process?.Output.Fault ?? exception.Message);
            if (process is not null)
            {
                process.Kill();
                await process.DisposeAsync();
            }

            throw new McpUnavailableException(late.IsCancellationRequested
                ? $"The MCP server '{target.Name}' did not introduce itself within {options.StartTimeout.TotalSeconds:0.###} s."
                : FindEgress(exception) is { } egress ? $"The MCP server '{target.Name}' cannot be reached: {found.Scrubber.Scrub(egress.Failure.Message)}"
                : $"The MCP server '{target.Name}' did not introduce itself; the log of the server says why.");
        }
    }

    /// <summary>What the guard said, wherever the protocol's client has put it.</summary>
    public static EgressException? FindEgress(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is EgressException egress)
            {
                return egress;
            }
        }

        return null;
    }

    private HttpClientTransport OverHttp(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var limits = new EgressLimits { FollowRedirects = false, IsUnsafe = true, MaxResponseBytes = options.MaxMessageBytes };
        var client = new HttpClient(guard.CreateHandler(new EgressCaller(tenant, $"mcp:{target.Name}"), limits)) { Timeout = Timeout.InfiniteTimeSpan };
        var http = new HttpClientTransportOptions
        {
            Endpoint = new Uri(target.Url!),
            TransportMode = HttpTransportMode.StreamableHttp,
            ConnectionTimeout = options.StartTimeout,
            AdditionalHeaders = headers.ToDictionary(StringComparer.OrdinalIgnoreCase),

            // Lists are read again in time, and nothing else would come there.
            EnableStandaloneGetStream = false,
        };
        return new HttpClientTransport(http, client, NullLoggerFactory.Instance, ownsHttpClient: true);
    }

    private McpClientOptions Introduction(Action listChanged) => new()
    {
        ClientInfo = new Implementation { Name = "actant", Version = typeof(McpLink).Assembly.GetName().Version?.ToString(3) ?? "0" },
        InitializationTimeout = options.StartTimeout,
        TimeProvider = time,
        Handlers = new McpClientHandlers
        {
            NotificationHandlers =
            [
                new(NotificationMethods.ToolListChangedNotification, (_, _) =>
                {
                    listChanged();
                    return default;
                }),
            ],
        },
    };

    private async ValueTask CloseAsync(McpSession session, bool isFailed)
    {
        if (Interlocked.CompareExchange(ref _session, null, session) != session)
        {
            return;
        }

        if (isFailed)
        {
            Fail();
        }

        await session.DisposeAsync();
    }

    private void Fail()
    {
        Volatile.Write(ref _failedAt, time.GetTimestamp());
        Interlocked.Increment(ref _failures);
    }

    private TimeSpan? PauseLeft()
    {
        // The first loss is no reason to wait.
        var failures = Volatile.Read(ref _failures);
        var pause = failures < 2 ? TimeSpan.Zero : Backoff.Doubled(s_firstPause, s_longestPause, failures - 1);
        var left = pause - time.GetElapsedTime(Volatile.Read(ref _failedAt));
        return left > TimeSpan.Zero ? left : null;
    }

    [LoggerMessage(EventId = 6403, Level = LogLevel.Information, Message = "The MCP server {Name} is ready for the tenant {Tenant}")]
    private static partial void LogOpened(ILogger logger, string name, string tenant);

    [LoggerMessage(EventId = 6404, Level = LogLevel.Warning, Message = "The MCP server {Name} is not there for the tenant {Tenant}: {Reason}")]
    private static partial void LogNotOpened(ILogger logger, Exception exception, string name, string tenant, string reason);

    [LoggerMessage(EventId = 6405, Level = LogLevel.Warning, Message = "The MCP server {Name} of the tenant {Tenant} was lost in the middle: {Reason}. It is started again when it is needed")]
    private static partial void LogLost(ILogger logger, Exception exception, string name, string tenant, string reason);

    [LoggerMessage(EventId = 6406, Level = LogLevel.Warning, Message = "The MCP server {Name} of the tenant {Tenant} is over: {Reason}. It is started again when it is needed")]
    private static partial void LogEnded(ILogger logger, string name, string tenant, string reason);
}
