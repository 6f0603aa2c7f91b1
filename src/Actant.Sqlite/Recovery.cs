namespace Actant.Sqlite;

/// <summary>
/// What opening does after a process that may have died: its sessions are over, so its leases are free at once, and each thread
/// that it held counts a crash when it is taken.
/// </summary>
internal static class Recovery
{
    /// <summary>Answers with the threads whose removal is not finished.</summary>
    public static List<long> Run(WriteScope scope)
    {
        foreach (var holder in Holders(scope))
            QuarantineTable.CountAlone(scope, holder);
        scope.Connection.Use("UPDATE threads SET holder = NULL, ready = 1, lost = 1 WHERE holder IS NOT NULL").RunOnce();
        using (var disown = scope.Connection.Use(
            "UPDATE outbox SET owner = NULL, in_flight = 0, due = min(due, ?) WHERE owner IS NOT NULL"))
        {
            disown.Bind(scope.Now).Run();
        }

        var leftovers = Removal.Leftovers(scope);
        scope.Executions.Removing = leftovers.Count;
        return leftovers;
    }

    private static List<long> Holders(WriteScope scope)
    {
        var holders = new List<long>();
        using var query = scope.Connection.Use("SELECT DISTINCT holder FROM threads WHERE holder IS NOT NULL");
        while (query.Step())
            holders.Add(query.Long(0));
        return holders;
    }
}
