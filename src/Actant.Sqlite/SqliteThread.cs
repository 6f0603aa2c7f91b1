using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>A thread's row, whose number is its key; nothing is written before <see cref="ThreadTable.Save"/>.</summary>
internal sealed class SqliteThread(long number, long tenant, ThreadKey key) : ThreadRow(number, key)
{
    /// <summary>The number of its tenant.</summary>
    public long Tenant => tenant;
}
