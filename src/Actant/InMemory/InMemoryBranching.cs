using Actant.Storage;
using Actant.StoreRules;

namespace Actant.InMemory;

/// <summary>Forks and rewinds. Everything here needs the store's lock.</summary>
internal sealed class InMemoryBranching(InMemoryState state)
{
    public BranchOutcome Fork(TenantId tenant, ForkRequest request)
    {
        var now = state.Now;
        var target = new ThreadKey(tenant, request.Target);
        state.TryGetThread(target, now, out var existing);
        state.TryGetThread(new ThreadKey(tenant, request.Source), now, out var found);
        if (BranchRule.RefuseFork(request, found, existing, Standing(existing, request.Position), IsKnown(tenant, request.Key)) is { } refusal)
            return refusal;
        var source = found!;
        RequireNew(tenant, request.Continues);

        var fork = state.AddThread(target, source.Epoch, now);
        foreach (var entry in source.Entries.Take((int)request.Position))
        {
            fork.Entries.Add(entry);
            fork.AddEntry(entry.Body.Length);
        }

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
        state.TryGetThread(new ThreadKey(tenant, request.Thread), now, out var found);
        if (BranchRule.RefuseRewind(request, found, Standing(found, request.Expected), IsKnown(tenant, request.Key), found?.Pending.Count > 0) is { } refusal)
            return refusal;
        var thread = found!;
        RequireNew(tenant, request.Continues);

        BranchRule.Intervene(thread, request.Format, now);
        thread.Append(request.Entry.Id, request.Entry.Execution, thread.Epoch, request.Entry.Body);
        Keep(thread, request.Key, request.Continues);
        Continue(thread, request.Continues, now);
        return BranchOutcome.Stored;
    }

    public BranchOutcome Erase(TenantId tenant, EraseRequest request)
    {
        var now = state.Now;
        state.TryGetThread(new ThreadKey(tenant, request.Thread), now, out var found);
        if (BranchRule.RefuseErase(request, found, Standing(found, request.Expected)) is { } refusal)
            return refusal;
        var thread = found!;

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
        BranchRule.Intervene(thread, request.Format, now);
        thread.ErasedAt = thread.Append(request.Entry.Id, request.Entry.Execution, thread.Epoch, request.Entry.Body).Position;
        return BranchOutcome.Stored;
    }

    private bool IsKnown(TenantId tenant, BranchKey? key) => key is not null && state.BranchKeys.ContainsKey((tenant, key.Key));

    private void Keep(InMemoryThread thread, BranchKey? key, Submission? continues)
    {
        if (key is not null)
            state.BranchKeys.Add((thread.Key.Tenant, key.Key), new(thread, new BranchRecord(thread.Key.Thread, thread.Position, continues?.Id, key.Fingerprint)));
    }

    private static Guid? Standing(InMemoryThread? thread, long position) =>
        thread is not null && position < thread.Position ? thread.Entries[(int)position].Id : null;

    private void RequireNew(TenantId tenant, Submission? continues)
    {
        if (continues is not null)
            BranchRule.RequireNew(state.FindKnown(tenant, continues));
    }

    private void Continue(InMemoryThread thread, Submission? continues, DateTimeOffset now)
    {
        if (continues is null)
            return;
        state.AddExecution(thread, continues, now);
        if (!continues.Held)
        {
            thread.MakeReady();
            state.WakeForWork();
        }

        state.Schedule.Save(thread);
    }
}
