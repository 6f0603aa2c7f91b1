using Actant.Storage;

namespace Actant.Postgres;

/// <summary>Some wake-ups on their way to other nodes.</summary>
/// <param name="Node">Who sends them: it has told its own already.</param>
/// <param name="WorkIsReady">Whether work is ready.</param>
/// <param name="Signalled">Tenants and names, in turn, of threads that were signalled.</param>
/// <param name="Ended">The same of threads whose lease was ended.</param>
/// <param name="Progressed">Tenants, names and executions, in turn, of what other nodes may wait for.</param>
internal sealed record WakeupMessage(string Node, bool WorkIsReady, string[] Signalled, string[] Ended, string[] Progressed)
{
    public IEnumerable<Wakeup> Wakeups()
    {
        if (WorkIsReady)
            yield return new Wakeup(WakeupKind.WorkIsReady);
        for (var i = 0; i + 1 < Signalled.Length; i += 2)
            yield return new Wakeup(WakeupKind.Signalled, new ThreadKey(new TenantId(Signalled[i]), Signalled[i + 1]));
        for (var i = 0; i + 1 < Ended.Length; i += 2)
            yield return new Wakeup(WakeupKind.LeaseEnded, new ThreadKey(new TenantId(Ended[i]), Ended[i + 1]));
        for (var i = 0; i + 2 < Progressed.Length; i += 3)
        {
            if (ExecutionId.TryParse(Progressed[i + 2], out var execution))
                yield return new Wakeup(WakeupKind.Progressed, new ThreadKey(new TenantId(Progressed[i]), Progressed[i + 1]), execution);
        }
    }
}
