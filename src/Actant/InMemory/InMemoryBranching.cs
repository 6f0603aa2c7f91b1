using Actant.Storage;
namespace Actant.InMemory;

/// <summary>Forks and rewinds. Everything here needs the store's lock.</summary>
internal sealed class InMemoryBranching(InMemoryState state)
{
    public BranchOutcome Fork(TenantId tenant, ForkRequest request)
    {
        var now = state.Now;
        var target = new ThreadKey(tenant, request.Target);
        if (state.TryGetThread(target, now, out var existing) && HasEntry(existing, request.Position + 1, request.Entry))
            return BranchOutcome.Replayed;
        if (IsKnown(tenant, request.Key))
            return BranchOutcome.KeyKnown;
        if (!state.TryGetThread(new ThreadKey(tenant, request.Source), now, out var source) || source.Position < request.Position)
            return BranchOutcome.NotFound;
        if (existing is not null)
            return BranchOutcome.TargetExists;
        RequireNew(tenant, request.Continues);

        var fork = state.AddThread(target, source.Epoch, now);
        fork.Entries.AddRange(source.Entries.Take((int)request.Position));
        fork.Bytes = fork.Entries.Sum(entry => (long)entry.Body.Length);
        foreach (var (hash, content) in source.Blobs)
        {
            fork.Blobs.Add(hash, content);
            fork.Bytes += content.Length;
        }

        fork.Subjects.UnionWith(source.Subjects);
        fork.Format = Math.Max(source.Format, request.Format);
        fork.Append(request.Entry.Id, request.Entry.Execution, entryEpoch: 0, request.Entry.Body);
        Keep(fork, request.Key, request.Continues);
        Continue(fork, request.Continues, now);
        return BranchOutcome.Stored;
    }

    public BranchOutcome Rewind(TenantId tenant, RewindRequest request)
    {
        var now = state.Now;
        if (!state.TryGetThread(new ThreadKey(tenant, request.Thread), now, out var thread))
            return BranchOutcome.NotFound;
        if (HasEntry(thread, request.Expected + 1, request.Entry))
            return BranchOutcome.Replayed;
        if (IsKnown(tenant, request.Key))
            return BranchOutcome.KeyKnown;
        if (thread.Holder is not null || thread.Open is not null || thread.Pending.Count > 0)
            return BranchOutcome.Busy;
        if (thread.Position != request.Expected)
            return BranchOutcome.PositionConflict;
        RequireNew(tenant, request.Continues);

        thread.Epoch++;
        thread.Format = Math.Max(thread.Format, request.Format);
        thread.UpdatedAt = now;
        thread.Append(request.Entry.Id, request.Entry.Execution, thread.Epoch, request.Entry.Body);
        Keep(thread, request.Key, request.Continues);
        Continue(thread, request.Continues, now);
        return BranchOutcome.Stored;
    }

    public BranchOutcome Erase(TenantId tenant, EraseRequest request)
    {
        var now = state.Now;
        if (!state.TryGetThread(new ThreadKey(tenant, request.Thread), now, out var thread))
            return BranchOutcome.NotFound;
        if (HasEntry(thread, request.Expected + 1, request.Entry))
            return BranchOutcome.Replayed;
        if (thread.Holder is not null)
            return BranchOutcome.Busy;
        if (thread.Position != request.Expected)
            return BranchOutcome.PositionConflict;

        foreach (var (position, body) in request.Bodies)
        {
            var entry = thread.Entries[(int)position - 1];
            thread.Entries[(int)position - 1] = entry with { Body = body.ToArray() };
            thread.Bytes += body.Length - entry.Body.Length;
        }

        foreach (var hash in request.Blobs)
        {
            if (thread.Blobs.Remove(hash, out var content))
                thread.Bytes -= content.Length;
        }

        thread.Snapshot = null;
        thread.Epoch++;
        thread.Format = Math.Max(thread.Format, request.Format);
        thread.UpdatedAt = now;
        thread.ErasedAt = thread.Append(request.Entry.Id, request.Entry.Execution, thread.Epoch, request.Entry.Body).Position;
        return BranchOutcome.Stored;
    }

    private bool IsKnown(TenantId tenant, BranchKey? key) => key is not null && state.BranchKeys.ContainsKey((tenant, key.Key));

    private void Keep(InMemoryThread thread, BranchKey? key, Submission? continues)
    {
        if (key is not null)
            state.BranchKeys.Add((thread.Key.Tenant, key.Key), new(thread, new BranchRecord(thread.Key.Thread, thread.Position, continues?.Id, key.Fingerprint)));
    }

    private static bool HasEntry(InMemoryThread thread, long position, EncodedEntry entry) =>
        position <= thread.Position && thread.Entries[(int)position - 1].Id == entry.Id;

    private void RequireNew(TenantId tenant, Submission? continues)
    {
        if (continues is null)
            return;
        if (state.FindExecution(tenant, continues.Id) is not null
            || (continues.IdempotencyKey is { } key && state.FindExecution(tenant, key) is not null))
        {
            throw new ArgumentException("The execution that goes on has an id or key that is known already.", nameof(continues));
        }
    }

    private void Continue(InMemoryThread thread, Submission? continues, DateTimeOffset now)
    {
        if (continues is null)
            return;
        state.AddExecution(thread, continues, now);
        if (!continues.Held)
            state.MakeReady(thread);
    }
}
