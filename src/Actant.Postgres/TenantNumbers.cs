using System.Collections.Concurrent;

namespace Actant.Postgres;

/// <summary>Tenants by number, so that every row carries a small one. A tenant's number never changes.</summary>
internal sealed class TenantNumbers(Database database)
{
    // Bounded: a store of very many tenants looks the rest up.
    private const int MaxCached = 100_000;

    private readonly ConcurrentDictionary<TenantId, int> _numbers = [];

    public ValueTask<int> OfAsync(TenantId tenant, CancellationToken cancellationToken) =>
        _numbers.TryGetValue(tenant, out var number) ? new ValueTask<int>(number) : FindAsync(tenant, cancellationToken);

    private async ValueTask<int> FindAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        int? found = null;
        while (found is null)
        {
            // Nothing comes back when somebody else has made it at this moment: the next look sees it.
            found = await database.RepeatAsync<int?>(
                """
                WITH made AS (
                  INSERT INTO tenants (name) SELECT $1 WHERE NOT EXISTS (SELECT FROM tenants WHERE name = $1)
                  ON CONFLICT DO NOTHING RETURNING id)
                SELECT id FROM made UNION ALL SELECT id FROM tenants WHERE name = $1 LIMIT 1
                """,
                parameters => parameters.Text(tenant.Value),
                static async (rows, token) => await rows.ReadAsync(token) ? rows.GetInt32(0) : null,
                cancellationToken);
        }

        if (_numbers.Count >= MaxCached)
            _numbers.Clear();
        _numbers[tenant] = found.Value;
        return found.Value;
    }
}
