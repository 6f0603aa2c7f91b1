using System.Reflection;
using Actant.Storage;

namespace Actant.Tests.Executions;

/// <summary>A store whose disk was written by somebody else: what is read is not always what was stored.</summary>
public class TamperedStore : DispatchProxy
{
    private object _inner = null!;
    private Hand _hand = null!;

    /// <summary>Who does it.</summary>
    public sealed class Hand
    {
        private long _entriesRead;
        private long _snapshotsRead;

        /// <summary>What stands in place of an entry.</summary>
        public Func<StoredEntry, StoredEntry> Entry { get; set; } = static entry => entry;

        /// <summary>What stands in place of a snapshot.</summary>
        public Func<StoredSnapshot, StoredSnapshot> Snapshot { get; set; } = static snapshot => snapshot;

        /// <summary>What stands in place of a signal.</summary>
        public Func<InboxSignal, InboxSignal> Signal { get; set; } = static signal => signal;

        /// <summary>Whether blobs are gone.</summary>
        public bool LosesBlobs { get; set; }

        public long EntriesRead => Volatile.Read(ref _entriesRead);

        public long SnapshotsRead => Volatile.Read(ref _snapshotsRead);

        internal async Task<IReadOnlyList<StoredEntry>> ReadAsync(Task<IReadOnlyList<StoredEntry>> reading)
        {
            var read = await reading;
            Interlocked.Add(ref _entriesRead, read.Count);
            return [.. read.Select(Entry)];
        }

        internal async Task<StoredSnapshot?> ReadAsync(Task<StoredSnapshot?> reading)
        {
            Interlocked.Increment(ref _snapshotsRead);
            return await reading is { } snapshot ? Snapshot(snapshot) : null;
        }

        internal async Task<InboxPage> ReadAsync(Task<InboxPage> reading)
        {
            var page = await reading;
            return page with { Signals = [.. page.Signals.Select(Signal)] };
        }

        internal async Task<TakeResult> ReadAsync(Task<TakeResult> taking)
        {
            var taken = await taking;
            return taken with { Threads = [.. taken.Threads.Select(thread => thread with { Inbox = thread.Inbox?.Select(Signal).ToList() })] };
        }

        internal async Task<byte[]?> ReadAsync(Task<byte[]?> reading, bool isBlob)
        {
            var read = await reading;
            return isBlob && LosesBlobs ? null : read;
        }
    }

    public static (IActantStore Store, Hand Hand) Around(IActantStore inner)
    {
        var hand = new Hand();
        return (Wrap(inner, hand), hand);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Invoke(_inner, args) switch
    {
        ITenantStore tenant => Wrap(tenant, _hand),
        ValueTask<IReadOnlyList<StoredEntry>> reading => new ValueTask<IReadOnlyList<StoredEntry>>(_hand.ReadAsync(reading.AsTask())),
        ValueTask<StoredSnapshot?> reading => new ValueTask<StoredSnapshot?>(_hand.ReadAsync(reading.AsTask())),
        ValueTask<InboxPage> reading => new ValueTask<InboxPage>(_hand.ReadAsync(reading.AsTask())),
        ValueTask<TakeResult> taking => new ValueTask<TakeResult>(_hand.ReadAsync(taking.AsTask())),
        ValueTask<byte[]?> reading => new ValueTask<byte[]?>(_hand.ReadAsync(reading.AsTask(), targetMethod.Name == nameof(ITenantStore.ReadBlobAsync))),
        var result => result,
    };

    private static T Wrap<T>(T inner, Hand hand)
        where T : class
    {
        var proxy = Create<T, TamperedStore>();
        ((TamperedStore)(object)proxy)._inner = inner;
        ((TamperedStore)(object)proxy)._hand = hand;
        return proxy;
    }
}
