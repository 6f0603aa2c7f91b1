using Actant.DurableStores;

namespace Actant.Sqlite;

/// <summary>A write whose work is a function.</summary>
internal sealed class FunctionWrite<T>(Func<WriteScope, T> work) : QueuedWrite<T>, IWriteWork
{
    public void Execute(WriteScope scope) => Answer(work(scope));
}
