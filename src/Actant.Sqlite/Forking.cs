using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>
/// One fork: copied piece by piece, each in a write of its own, so that no other write waits for the whole. Until the last piece it is a
/// thread without a name, which nobody sees; the next start removes what a crash has left of it.
/// </summary>
internal sealed class Forking(SqliteStore store, TenantId tenant, ForkRequest request)
{
    private const int PieceRows = 1000;
    private const int PieceBytes = 1024 * 1024;

    public async ValueTask<BranchOutcome> RunAsync(CancellationToken cancellationToken)
    {
        BranchOutcome outcome;
        do
            outcome = await TryAsync(cancellationToken);
        while (outcome == BranchOutcome.PositionConflict);
        return outcome;
    }

    private async ValueTask<BranchOutcome> TryAsync(CancellationToken cancellationToken)
    {
        var copy = await store.WriteAsync(PieceBytes, Begin, cancellationToken);
        try
        {
            while (copy.Outcome is null)
            {
                // Each piece brings as many bytes as an input may.
                var before = copy;
                store.Room.Take(PieceBytes);
                copy = await store.WriteAsync(PieceBytes, scope => Next(scope, before), cancellationToken);
            }
        }
        finally
        {
            if (copy is { Fork: { } fork, Outcome: not BranchOutcome.Stored })
                await store.AbandonAsync(fork);
        }

        return copy.Outcome.Value;
    }

    private Copy Begin(WriteScope scope)
    {
        var number = scope.Tenants.NumberOf(tenant);
        var source = scope.Threads.Find(number, Key(request.Source));
        if (Check(scope, number, source) is { } outcome)
            return new Copy(0, null) { Outcome = outcome };

        var fork = scope.Threads.AddNameless(number, source!.Epoch, scope.Now);
        return Next(scope, new Copy(source.Number, fork) { ErasedAt = ErasedAt(scope, source.Number) });
    }

    private Copy Next(WriteScope scope, Copy copy)
    {
        if (copy.Position < request.Position)
        {
            var last = scope.Journal.Copy(copy.Source, copy.Fork!.Value, copy.Position, request.Position, PieceRows, PieceBytes);
            copy = copy with { Position = last };
            if (last < request.Position)
                return copy;
        }

        var blob = CopyBlobs(scope, copy);
        return blob is null ? copy with { Outcome = Complete(scope, copy) } : copy with { Blob = blob };
    }

    private BranchOutcome Complete(WriteScope scope, Copy copy)
    {
        var now = scope.Now;
        var number = scope.Tenants.NumberOf(tenant);
        var source = scope.Threads.Find(number, Key(request.Source));
        if (source?.Number != copy.Source)
            return BranchOutcome.NotFound;
        if (Check(scope, number, source) is { } outcome)
            return outcome;

        // What was erased meanwhile may have been copied before.
        if (ErasedAt(scope, copy.Source) != copy.ErasedAt)
            return BranchOutcome.PositionConflict;

        var fork = scope.Threads.Name(copy.Fork!.Value, number, Key(request.Target), now);
        fork.Position = request.Position;
        fork.Bytes = scope.Journal.Bytes(fork.Number) + BlobBytes(scope, fork.Number);
        fork.Format = Math.Max(source.Format, request.Format);
        scope.Journal.Append(fork, request.Entry.Id, request.Entry.Execution, epoch: 0, request.Entry.Body);
        TagTable.CopySubjects(scope.Connection, copy.Source, fork.Number);
        BranchKeyTable.Add(scope.Connection, fork, request.Key, request.Continues?.Id);
        Branching.Continue(scope, fork, request.Continues, now);
        return BranchOutcome.Stored;
    }

    /// <summary>Why there is nothing to be copied; <c>null</c> when there is.</summary>
    private BranchOutcome? Check(WriteScope scope, long number, SqliteThread? source)
    {
        var existing = scope.Threads.Find(number, Key(request.Target));
        var standing = Branching.Standing(scope, existing, request.Position);
        if (BranchRule.RefuseFork(request, source, existing, standing, Branching.IsKnown(scope, tenant, request.Key)) is { } refusal)
            return refusal;
        Branching.RequireNew(scope, number, tenant, request.Continues);
        return null;
    }

    /// <summary>The last blob that was copied; <c>null</c> when there is no more.</summary>
    private static byte[]? CopyBlobs(WriteScope scope, Copy copy)
    {
        var (last, bytes) = ((byte[]?)null, 0L);
        using (var query = scope.Connection.Use("SELECT hash, length(content) FROM blobs WHERE thread = ? AND hash > ? ORDER BY hash LIMIT ?"))
        {
            query.Bind(copy.Source).Bind(copy.Blob.AsSpan()).Bind(PieceRows);
            while (bytes < PieceBytes && query.Step())
            {
                last = query.Blob(0);
                bytes += query.Long(1);
            }
        }

        if (last is null)
            return null;
        using var insert = scope.Connection.Use(
            "INSERT INTO blobs (thread, hash, content) SELECT ?, hash, content FROM blobs WHERE thread = ? AND hash > ? AND hash <= ?");
        insert.Bind(copy.Fork!.Value).Bind(copy.Source).Bind(copy.Blob.AsSpan()).Bind(last.AsSpan()).Run();
        return last;
    }

    private static long ErasedAt(WriteScope scope, long thread)
    {
        using var query = scope.Connection.Use("SELECT erased_at FROM threads WHERE id = ?");
        return query.Bind(thread).Step() ? query.Long(0) : 0;
    }

    private static long BlobBytes(WriteScope scope, long thread)
    {
        using var sum = scope.Connection.Use("SELECT coalesce(sum(length(content)), 0) FROM blobs WHERE thread = ?");
        sum.Bind(thread).Step();
        return sum.Long(0);
    }

    private ThreadKey Key(string thread) => new(tenant, thread);

    /// <summary>How far a copy is.</summary>
    /// <param name="Source">The thread it is of.</param>
    /// <param name="Fork">The thread without a name that it goes into.</param>
    /// <param name="Position">The last entry that is copied.</param>
    private sealed record Copy(long Source, long? Fork, long Position = 0)
    {
        /// <summary>The hash of the last blob that is copied; they go in this order.</summary>
        public byte[] Blob { get; init; } = [];

        /// <summary>Where the source's last erasure stood when the copy was begun.</summary>
        public long ErasedAt { get; init; }

        /// <summary>How it ended.</summary>
        public BranchOutcome? Outcome { get; init; }
    }
}
