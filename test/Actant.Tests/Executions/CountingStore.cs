using System.Reflection;
using Actant.Storage;

namespace Actant.Tests.Executions;

/// <summary>A store that counts what is asked of it.</summary>
public class CountingStore : DispatchProxy
{
    private object _inner = null!;
    private Counts _counts = null!;

    /// <summary>What was asked, by all threads.</summary>
    public sealed class Counts
    {
        private long _calls;
        private long _entriesRead;
        private long _bytesAppended;
        private long _snapshots;
        private long _byExecution;

        public long Calls => Volatile.Read(ref _calls);

        public long EntriesRead => Volatile.Read(ref _entriesRead);

        public long BytesAppended => Volatile.Read(ref _bytesAppended);

        public long Snapshots => Volatile.Read(ref _snapshots);

        /// <summary>What was asked about one execution by its id.</summary>
        public long ByExecution => Volatile.Read(ref _byExecution);

        public void Note(object?[]? arguments)
        {
            Interlocked.Increment(ref _calls);
            switch (arguments)
            {
                case [AppendRequest append, ..]:
                    Interlocked.Add(ref _bytesAppended, append.Entries.Sum(entry => entry.Body.Length));
                    break;
                case [ExecutionId, ..]:
                    Interlocked.Increment(ref _byExecution);
                    break;
                case [_, StoredSnapshot, ..]:
                    Interlocked.Increment(ref _snapshots);
                    break;
            }
        }

        public async Task<IReadOnlyList<StoredEntry>> NoteAsync(Task<IReadOnlyList<StoredEntry>> reading)
        {
            var read = await reading;
            Interlocked.Add(ref _entriesRead, read.Count);
            return read;
        }
    }

    public static (IActantStore Store, Counts Counts) Around(IActantStore inner)
    {
        var counts = new Counts();
        return (Wrap(inner, counts), counts);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var result = targetMethod!.Invoke(_inner, args);
        _counts.Note(args);
        return result switch
        {
            ITenantStore tenant => Wrap(tenant, _counts),
            ValueTask<IReadOnlyList<StoredEntry>> reading => new ValueTask<IReadOnlyList<StoredEntry>>(_counts.NoteAsync(reading.AsTask())),
            _ => result,
        };
    }

    private static T Wrap<T>(T inner, Counts counts)
        where T : class
    {
        var proxy = Create<T, CountingStore>();
        ((CountingStore)(object)proxy)._inner = inner;
        ((CountingStore)(object)proxy)._counts = counts;
        return proxy;
    }
}
