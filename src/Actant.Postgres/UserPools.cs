using Npgsql;

namespace Actant.Postgres;

/// <summary>The pool of connections; a pool has one user, so where the user becomes another, another pool.</summary>
internal sealed class UserPools : IAsyncDisposable
{
    private readonly PostgresStoreOptions _options;
    private readonly Lock _changing = new();
    private volatile Pool _current;
    private NpgsqlDataSource? _retired;

    public UserPools(PostgresStoreOptions options)
    {
        _options = options;
        _current = new Pool(options, options.LoginSource?.Invoke());
    }

    /// <summary>The pool of whoever is the user now.</summary>
    public NpgsqlDataSource Current
    {
        get
        {
            if (_options.LoginSource is not { } source)
            {
                return _current.Source;
            }

            var login = source();
            if (_current.Takes(login) is { } same)
            {
                return same;
            }

            lock (_changing)
            {
                return _current.Takes(login) ?? Change(login);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _current.Source.DisposeAsync();
        if (_retired is not null)
        {
            await _retired.DisposeAsync();
        }
    }

    /// <summary>Whoever was just given the last pool may still open a connection of it, so it is disposed of one change later.</summary>
    private NpgsqlDataSource Change(PostgresLogin login)
    {
        _retired?.Dispose();
        _retired = _current.Source;
        _retired.Clear();
        return (_current = new Pool(_options, login)).Source;
    }

    /// <summary>A pool and its user, whose password may change.</summary>
    private sealed class Pool
    {
        private readonly string? _user;
        private volatile string _password;

        public Pool(PostgresStoreOptions options, PostgresLogin? login)
        {
            (_user, _password) = (login?.User, login?.Password ?? "");
            Source = Database.BuildSource(options, _user, login is null ? null : () => _password);
        }

        public NpgsqlDataSource Source { get; }

        public NpgsqlDataSource? Takes(PostgresLogin login)
        {
            if (login.User != _user)
            {
                return null;
            }

            _password = login.Password;
            return Source;
        }
    }
}
