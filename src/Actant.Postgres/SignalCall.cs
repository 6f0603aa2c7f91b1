using Actant.DurableStores;
using Actant.Storage;

namespace Actant.Postgres;

internal sealed class SignalCall(int tenant, ThreadKey thread, IReadOnlyList<Signal> signals) : QueuedWrite<SignalResult>
{
    public int Tenant => tenant;

    public ThreadKey Thread => thread;

    public IReadOnlyList<Signal> Signals => signals;
}
