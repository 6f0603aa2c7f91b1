using System.Collections.Concurrent;

namespace Actant.Postgres;

/// <summary>Tenants by number, so that every row carries a small one. A tenant's number never changes.</summary>
internal sealed class TenantNumbers(Database database)
{
    // Bounded: a store of very many tenants looks the rest up.
    private const int MaxCached = 100_000;

    private readonly ConcurrentDictionary<TenantId, int> _numbers = [];

    /// <summary>The number of a tenant that has anything, or 0: no row has that, so whoever only reads finds nothing.</summary>
    public ValueTask<int> OfAsync(TenantId tenant, CancellationToken cancellationToken) =>
        _numbers.TryGetValue(tenant, out var number) ? new ValueTask<int>(number) : FindAsync(tenant, cancellationToken);

    /// <summary>The same for whoever writes: the tenant is made where missing.</summary>
    public ValueTask<int> MakeAsync(TenantId tenant, CancellationToken cancellationToken) =>
        _numbers.TryGetValue(tenant, out var number) ? new ValueTask<int>(number) : FindOrMakeAsync(tenant, cancellationToken);

    private async ValueTask<int> FindAsync(TenantId tenant, CancellationToken cancellationToken) =>
        Remember(tenant, await FindAsync("SELECT id FROM tenants WHERE name = $1", tenant, cancellationToken));

    private async ValueTask<int> FindOrMakeAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var found = 0;
        while (found == 0)
        {
            // Nothing comes back when somebody else has made it at this moment: the next one sees it.
            found = await FindAsync(
                """
                WITH made AS (
                  INSERT INTO tenants (name) SELECT $1 WHERE NOT EXISTS (SELECT FROM tenants WHERE name = $1)
                  ON CONFLICT DO NOTHING RETURNING id)
                SELECT id FROM made UNION ALL SELECT id FROM tenants WHERE name = $1 LIMIT 1
                """,
                tenant,
                cancellationToken);
        }

        return Remember(tenant, found);
    }

    private ValueTask<int> FindAsync(string sql, TenantId tenant, CancellationToken cancellationToken) => database.RepeatAsync(
        sql,
        parameters => parameters.Text(tenant.Value),
        static async (rows, token) => await rows.ReadAsync(token) ? rows.GetInt32(0) : 0,
        cancellationToken);

    private int Remember(TenantId tenant, int number)
    {
        if (number == 0)
            return 0;
        if (_numbers.Count >= MaxCached)
            _numbers.Clear();
        _numbers[tenant] = number;
        return number;
    }
}
