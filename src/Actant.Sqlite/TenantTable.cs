namespace Actant.Sqlite;

/// <summary>Tenants by number, so that every row carries a small one.</summary>
internal sealed class TenantTable(Connection connection)
{
    // Bounded: a store of very many tenants looks the rest up.
    private const int MaxCached = 10_000;
    private readonly Dictionary<TenantId, long> _numbers = [];
    private readonly Dictionary<long, TenantId> _names = [];

    public long NumberOf(TenantId tenant)
    {
        if (_numbers.TryGetValue(tenant, out var number))
            return number;
        using (var insert = connection.Use("INSERT INTO tenants (name) VALUES (?) ON CONFLICT DO NOTHING"))
            insert.Bind(tenant.Value).Run();
        using var query = connection.Use("SELECT id FROM tenants WHERE name = ?");
        query.Bind(tenant.Value).Step();
        number = query.Long(0);
        Remember(number, tenant);
        return number;
    }

    public TenantId NameOf(long number)
    {
        if (_names.TryGetValue(number, out var tenant))
            return tenant;
        using var query = connection.Use("SELECT name FROM tenants WHERE id = ?");
        query.Bind(number).Step();
        tenant = new TenantId(query.Text(0));
        Remember(number, tenant);
        return tenant;
    }

    /// <summary>A rollback may have taken a tenant's row away.</summary>
    public void Forget()
    {
        _numbers.Clear();
        _names.Clear();
    }

    private void Remember(long number, TenantId tenant)
    {
        if (_numbers.Count >= MaxCached)
            Forget();
        _numbers[tenant] = number;
        _names[number] = tenant;
    }
}
