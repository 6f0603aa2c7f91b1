using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>
/// What the models of one transaction used. Everybody adds to the same few rows: summed here, each is written once for all that
/// commit together.
/// </summary>
internal sealed class UsageSums
{
    private readonly Dictionary<(long Tenant, int Day, string Agent, string Provider, string Model), UsageAmount> _sums = [];

    /// <summary>Adds to the transaction that is under way.</summary>
    public void Add(long tenant, DateTimeOffset now, UsageAmount amount)
    {
        var key = (tenant, DateOnly.FromDateTime(now.UtcDateTime).DayNumber, amount.Agent, amount.Provider, amount.Model);
        _sums[key] = _sums.TryGetValue(key, out var sum) ? sum.Plus(amount) : amount;
    }

    /// <summary>Writes what was added, before the commit.</summary>
    public void Write(Connection connection)
    {
        foreach (var (key, sum) in _sums)
            UsageTable.Add(connection, key.Tenant, key.Day, sum);
        _sums.Clear();
    }

    /// <summary>Forgets what was added: the transaction was rolled back.</summary>
    public void Clear() => _sums.Clear();
}
