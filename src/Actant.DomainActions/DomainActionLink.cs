using Actant.Hosting;
using Actant.Redis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Actant.DomainActions;

/// <summary>The connection to the queues, apart from the one for streams: what is large here shall not hold up what is live there.</summary>
internal sealed class DomainActionLink(DomainActionOptions options, TimeProvider time, ILoggerFactory logs) : IReadyCheck, IAsyncDisposable
{
    private readonly RedisLink _link = new(RedisLink.Prepare(options.Client, options.PasswordSource), time, logs.CreateLogger("Actant.DomainActions"));

    /// <summary>Raised when it is there again, or for the first time.</summary>
    public event Action? CameBack
    {
        add => _link.CameBack += value;
        remove => _link.CameBack -= value;
    }

    /// <inheritdoc />
    public string Name => "redis_queues";

    /// <inheritdoc />
    public bool IsBroker => true;

    /// <summary>Its database.</summary>
    /// <exception cref="RedisException">It was never there yet.</exception>
    public IDatabase Database => _link.Database;

    /// <summary>Whether an exception says that the server is away, or slow, and not that something is wrong with what was sent.</summary>
    public static bool IsAway(Exception exception) => exception is (RedisException or TimeoutException) and not RedisServerException;

    /// <summary>Until it is there again, or some time is over.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _link.WaitAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask<string> CheckAsync(CancellationToken cancellationToken) => _link.CheckAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
