using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Actant.Hosting;
using Actant.Secrets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Actant.Vault;

/// <summary>
/// What Vault has for this process: logs in, reads, renews and reads again in the background; see <c>docs/vault.md</c>. While Vault is away the values
/// stay what they were.
/// </summary>
public sealed partial class VaultSecrets : ISecretSource, IReadyCheck, IAsyncDisposable
{
    private const int MostAsked = 10_000;

    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(10);

    private readonly VaultOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, (Secret? Value, DateTimeOffset Until)> _asked = new(StringComparer.Ordinal);
    private ILogger _log = NullLogger.Instance;
    private readonly VaultClient _client;
    private readonly LeasedSecret? _database;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Dictionary<string, IReadOnlyDictionary<string, string?>> _values = new(StringComparer.Ordinal);
    private volatile HashSet<string> _denied = new(StringComparer.Ordinal);
    private IReadOnlyCollection<string> _warnings = [];
    private VaultToken? _token;
    private Counter<long>? _counter;
    private long _failures;
    private Task _refreshing = Task.CompletedTask;
    private int _isDisposed;

    /// <summary>Nothing is asked yet.</summary>
    /// <param name="options">Which Vault.</param>
    /// <param name="time">For waiting.</param>
    /// <param name="handler">The way to the network; stays the caller's.</param>
    public VaultSecrets(VaultOptions options, TimeProvider time, HttpMessageHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options, time);
        _client = new VaultClient(options, time, handler);
        _database = options.DatabasePath is { } path ? new LeasedSecret(path, _client, time) : null;
    }

    /// <inheritdoc />
    public string Name => "vault";

    /// <inheritdoc />
    public bool IsBroker => false;

    /// <summary>How Vault answered the last time: <c>ok</c>, or what was wrong.</summary>
    public string State { get; private set; } = "not asked yet";

    /// <summary>Raised with <see cref="State"/>, whenever it has become another one.</summary>
    public event Action<string>? StateChanged;

    /// <summary>Logins and renewals that failed since the start.</summary>
    public long AuthFailures => Interlocked.Read(ref _failures);

    /// <summary>The variables that other systems use, with the values that Vault has now.</summary>
    public IReadOnlyDictionary<string, string?> Variables =>
        VaultVariables.All.Select(static variable => variable.Variable).Where(variable => Find(variable) is not null)
            .ToDictionary(static variable => variable, variable => (string?)Find(variable), StringComparer.Ordinal);

    /// <summary>The value that Vault has now for a variable such as <c>PG_PASSWORD</c>; <c>null</c> if it has none.</summary>
    public string? Find(string variable)
    {
        var (_, path, fields) = VaultVariables.All.FirstOrDefault(known => known.Variable == variable);
        return path is null ? null : (path == VaultVariables.Postgres ? VaultVariables.Find(_database?.Fields, fields) : null) ?? VaultVariables.Find(_values.GetValueOrDefault(path), fields);
    }

    /// <summary>The user and the password that PostgreSQL takes now, which belong together.</summary>
    public (string? User, string? Password) DatabaseLogin
    {
        get
        {
            var (made, kept) = (_database?.Fields, _values.GetValueOrDefault(VaultVariables.Postgres));
            return (VaultVariables.Find(made, VaultVariables.User) ?? VaultVariables.Find(kept, VaultVariables.User), VaultVariables.Find(made, VaultVariables.Password) ?? VaultVariables.Find(kept, VaultVariables.Password));
        }
    }

    /// <summary>Reads everything once; tries until that works or the time is over.</summary>
    /// <returns><c>ok</c>, or what was wrong the last time.</returns>
    public async Task<string> LoadAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var backoff = new Backoff(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(4), new Random());
        while (true)
        {
            var wait = backoff.Next();
            if (await RefreshAsync(cancellationToken).ConfigureAwait(false) || _time.GetElapsedTime(started) + wait > patience)
            {
                return State;
            }

            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Goes on reading in the background.</summary>
    public void Start() => _refreshing = Task.Run(() => RefreshAllAsync(_stop.Token));

    /// <summary>Logs and counts from now on; failed logins from before are counted too.</summary>
    public void Attach(Meter meter, ILoggerFactory logs)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _log = logs.CreateLogger("Actant.Vault");
        var counter = meter.CreateCounter<long>("agent_executor_vault_auth_failures", "{failure}", "Logins that Vault refused.");
        lock (_lock)
        {
            counter.Add(_failures);
            _counter = counter;
            foreach (var warning in _warnings)
            {
                LogNotUsed(_log, warning);
            }
        }
    }

    /// <inheritdoc />
    public ValueTask<string> CheckAsync(CancellationToken cancellationToken) => new(State);

    /// <inheritdoc />
    public async ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken)
    {
        // A tenant of dots alone would lead elsewhere in Vault.
        if (!SecretName.IsValid(name) || tenant.Value.Trim('.').Length == 0)
        {
            return null;
        }

        var path = tenant == TenantId.Default ? $"secrets/{name}" : $"tenants/{Uri.EscapeDataString(tenant.Value)}/secrets/{name}";
        if (_asked.TryGetValue(path, out var known) && known.Until > _time.GetUtcNow())
        {
            return known.Value;
        }

        try
        {
            var fields = await WithTokenAsync(token => _client.ReadAsync(token, path, cancellationToken), cancellationToken).ConfigureAwait(false);
            var secret = fields?.GetValueOrDefault("value") is { Length: > 0 and <= SecretName.LongestValue } value
                ? SecretHosts.Bind(value, fields.GetValueOrDefault("hosts"), $"the field `hosts` of {path}")
                : null;
            if (_asked.Count >= MostAsked)
            {
                _asked.Clear();
            }

            _asked[path] = (secret, _time.GetUtcNow() + _options.RefreshEvery);
            return secret;
        }
        catch (VaultException) when (known.Value is not null)
        {
            // What was read before stays in use.
            return known.Value;
        }
        catch (VaultException exception)
        {
            throw new SecretSourceException($"Vault: {exception.Message}.", exception);
        }
    }

    /// <inheritdoc />
    public bool MayHave(TenantId tenant, string name) => true;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _refreshing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _client.Dispose();
            _stop.Dispose();
            _turn.Dispose();
        }
    }

    private async Task RefreshAllAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var (wait, now) = (_options.RefreshEvery, _time.GetUtcNow());
            foreach (var change in new[] { _token?.ChangeAt, _database?.ChangeAt })
            {
                if (change - now is { } left && left < wait)
                {
                    wait = left > s_shortestWait ? left : s_shortestWait;
                }
            }

            await Task.Delay(State == "ok" || wait < TimeSpan.FromSeconds(5) ? wait : TimeSpan.FromSeconds(5), _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancellationToken.IsCancellationRequested)
            {
                await RefreshAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        using var background = VaultSpan.BeginBackground();
        try
        {
            var read = await ReadAllAsync(cancellationToken).ConfigureAwait(false);
            foreach (var path in VaultVariables.Paths.Where(path => _values.Count > 0 && !VaultVariables.AreSame(_values.GetValueOrDefault(path), read.GetValueOrDefault(path))))
            {
                LogRotated(_log, path);
            }

            _values = read;
            if (_database is { } database && await WithTokenAsync(token => database.RefreshAsync(token, cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                LogRotated(_log, database.Path);
            }

            Say("ok");
            return true;
        }
        catch (VaultException exception)
        {
            Say(exception.Message);
            return false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogBroken(_log, exception);
            Say($"fails ({exception.GetType().Name})");
            return false;
        }
    }

    /// <summary>
    /// All paths. One that the policy does not allow is none that is there: Vault says the same of both. What was read of it before stays, and where all
    /// of them are refused that could be read, it is the token.
    /// </summary>
    private async Task<Dictionary<string, IReadOnlyDictionary<string, string?>>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var read = new Dictionary<string, IReadOnlyDictionary<string, string?>>(StringComparer.Ordinal);
        var (denied, warnings) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var path in VaultVariables.Paths)
        {
            try
            {
                // Whom a new login was refused something, another one does not help.
                if (await WithTokenAsync(token => _client.ReadAsync(token, path, cancellationToken), cancellationToken, mayLogIn: denied.Count == 0 && !_denied.Contains(path)).ConfigureAwait(false) is { } fields)
                {
                    read[path] = fields;
                    warnings.AddRange(VaultVariables.WrongIn(path, fields));
                }
            }
            catch (VaultException exception) when (exception.Status == 403)
            {
                denied.Add(path);
                warnings.Add($"{exception.Message}. It counts as a path that is not there; what was read before stays in use");
                if (_values.TryGetValue(path, out var kept))
                {
                    read[path] = kept;
                }

                if (denied.Count == VaultVariables.Paths.Count && (_options.Token is not null || _values.Count > 0))
                {
                    throw;
                }
            }
        }

        _denied = denied;
        Warn(warnings);
        return read;
    }

    /// <summary>Says what was not said the last time.</summary>
    private void Warn(List<string> warnings)
    {
        lock (_lock)
        {
            foreach (var warning in warnings.Except(_warnings))
            {
                LogNotUsed(_log, warning);
            }

            _warnings = warnings;
        }
    }

    /// <summary>Asks with a token that is good; one that turns out to be none is replaced once.</summary>
    private async Task<T> WithTokenAsync<T>(Func<VaultToken, Task<T>> ask, CancellationToken cancellationToken, bool mayLogIn = true)
    {
        var token = await TokenAsync(null, cancellationToken).ConfigureAwait(false);
        try
        {
            return await ask(token).ConfigureAwait(false);
        }
        catch (VaultException exception) when (exception.Status == 403 && mayLogIn && _options.Token is null)
        {
            return await ask(await TokenAsync(token, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private async Task<VaultToken> TokenAsync(VaultToken? refused, CancellationToken cancellationToken)
    {
        if (_options.Token is { } given)
        {
            return new VaultToken(given, IsRenewable: false, ChangeAt: null);
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_token is { } token && token != refused && !(token.ChangeAt <= _time.GetUtcNow()))
            {
                return token;
            }

            if (_token is { IsRenewable: true } old && old != refused)
            {
                try
                {
                    // One whose longest life is near comes back with less than it had, or is refused: then a new login does.
                    var renewed = await _client.RenewAsync(old, cancellationToken).ConfigureAwait(false);
                    if (renewed.ChangeAt is null || renewed.ChangeAt > _time.GetUtcNow() + TimeSpan.FromSeconds(1))
                    {
                        return _token = renewed;
                    }
                }
                catch (VaultException exception) when (exception.Status is 400 or 403)
                {
                    Failed();
                }
            }

            try
            {
                return _token = await _client.LoginAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (VaultException exception)
            {
                // Without its status: this says nothing about the path that was to be read.
                Failed();
                throw new VaultException(exception.Message, 0, exception);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Failed()
    {
        lock (_lock)
        {
            _failures++;
            _counter?.Add(1);
        }
    }

    private void Say(string state)
    {
        if (state == State)
        {
            return;
        }

        State = state;
        StateChanged?.Invoke(state);
        var address = _options.Address.GetLeftPart(UriPartial.Authority);
        if (state == "ok")
        {
            LogOk(_log, address);
        }
        else
        {
            LogAway(_log, address, state);
        }
    }

    [LoggerMessage(EventId = 6201, Level = LogLevel.Information, Message = "Vault at {Address} answers")]
    private static partial void LogOk(ILogger logger, string address);

    [LoggerMessage(EventId = 6202, Level = LogLevel.Warning, Message = "Vault at {Address}: {Reason}. What was read before stays in use")]
    private static partial void LogAway(ILogger logger, string address, string reason);

    [LoggerMessage(EventId = 6203, Level = LogLevel.Information, Message = "The secret {Path} has changed in Vault")]
    private static partial void LogRotated(ILogger logger, string path);

    [LoggerMessage(EventId = 6205, Level = LogLevel.Warning, Message = "Vault: {Reason}")]
    private static partial void LogNotUsed(ILogger logger, string reason);

    [LoggerMessage(EventId = 6204, Level = LogLevel.Error, Message = "Reading from Vault failed")]
    private static partial void LogBroken(ILogger logger, Exception exception);
}
