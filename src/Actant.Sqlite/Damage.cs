namespace Actant.Sqlite;

/// <summary>
/// Whether any connection has met a page that is no page. Remembered until the process ends: what is kept in memory hides it from the
/// next look.
/// </summary>
internal sealed class Damage
{
    private SqliteFault? _first;

    public SqliteFault? First => Volatile.Read(ref _first);

    public void Note(SqliteFault fault)
    {
        if (fault.IsDamage)
            Interlocked.CompareExchange(ref _first, fault, null);
    }
}
