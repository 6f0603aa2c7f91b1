using System.Text;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>Forks threads and takes them back.</summary>
internal sealed class ThreadBranches(TenantScope scope, ThreadStates states, BranchWriter writer)
{
    private const int MostTries = 10;

    public async Task<Reply<Branch>> ForkAsync(
        string thread, long position, string? target, bool continues, string? idempotencyKey, Principal? principal, CancellationToken cancellationToken)
    {
        var key = KeyOf(idempotencyKey, $"fork\n{thread}\n{position}\n{target}\n{continues}");
        if (await KnownAsync(key, cancellationToken) is { } known)
        {
            return known;
        }

        if (target is not null && !NameRules.IsAddressable(target))
        {
            return Reply<Branch>.Refused("invalid_id", "`thread_id` must have 1 to 255 printable characters, and not be `.` or `..`.");
        }

        var (state, refusal) = await TryGetStateAsync(thread, position, cancellationToken);
        if (state is not { Position: > 0 })
        {
            return refusal is null ? await writer.NoPositionAsync(thread, position, cancellationToken) : Reply<Branch>.Refused(refusal);
        }

        if (await FullAsync(thread, cancellationToken) is { } full)
        {
            return full;
        }

        await scope.Services.Time.EnsureAsync(cancellationToken);
        var name = target ?? scope.Services.Ids.Next().ToString("D");
        var next = continues ? await ContinuationAsync(state, name, notifies: false, cancellationToken) : null;
        var entry = writer.Encode(new Forked { From = thread, Position = position, Continues = next?.Id, Principal = principal }, next?.Id, position + 1);
        var outcome = await scope.Store.ForkAsync(
            new ForkRequest { Source = thread, Position = position, Target = name, Entry = entry, Continues = next, Key = key, Format = EntryCodec.Format }, cancellationToken);
        return await KnownAsync(outcome == BranchOutcome.KeyKnown ? key : null, cancellationToken)
            ?? writer.ReplyTo(outcome, new Branch(new ThreadKey(scope.Tenant, name), position + 1, next?.Id), name);
    }

    public async Task<Reply<Branch>> RewindAsync(
        string thread, long position, bool continues, string? idempotencyKey, Principal? principal, CancellationToken cancellationToken)
    {
        var key = KeyOf(idempotencyKey, $"rewind\n{thread}\n{position}\n{continues}");
        if (await KnownAsync(key, cancellationToken) is { } known)
        {
            return known;
        }

        var (state, refusal) = await TryGetStateAsync(thread, position, cancellationToken);
        if (state is null)
        {
            return refusal is null ? await writer.NoPositionAsync(thread, position, cancellationToken) : Reply<Branch>.Refused(refusal);
        }

        await scope.Services.Time.EnsureAsync(cancellationToken);
        for (var tries = 1; ; tries++)
        {
            var now = (await scope.Store.GetThreadAsync(thread, cancellationToken))?.Position ?? 0;
            var next = continues ? await ContinuationAsync(state, thread, notifies: true, cancellationToken) : null;
            var entry = writer.Encode(new Rewound { To = position, Continues = next?.Id, Principal = principal }, next?.Id, now + 1);
            var outcome = await scope.Store.RewindAsync(
                new RewindRequest { Thread = thread, Expected = now, Entry = entry, Continues = next, Key = key, Format = EntryCodec.Format }, cancellationToken);
            if (outcome == BranchOutcome.PositionConflict && tries < MostTries)
            {
                // Somebody wrote between the look and the rewind, and nothing of it need be open: positions before it are what they were.
                continue;
            }

            return await KnownAsync(outcome == BranchOutcome.KeyKnown ? key : null, cancellationToken)
                ?? writer.ReplyTo(outcome, new Branch(new ThreadKey(scope.Tenant, thread), now + 1, next?.Id), thread);
        }
    }

    /// <summary>That the tenant may not store all of the thread once more.</summary>
    private async Task<Reply<Branch>?> FullAsync(string thread, CancellationToken cancellationToken)
    {
        var bytes = (await scope.Store.GetThreadAsync(thread, cancellationToken))?.Bytes ?? 0;
        if (await scope.Storage.RefuseAsync(bytes, isOfRunning: false, cancellationToken) is { } full)
        {
            return Reply<Branch>.Refused(full);
        }

        scope.Storage.Add(bytes);
        return null;
    }

    private static BranchKey? KeyOf(string? idempotencyKey, string asked) =>
        idempotencyKey is null ? null : new BranchKey(idempotencyKey, BlobHash.Of(Encoding.UTF8.GetBytes(asked)));

    /// <summary>What the key made before, or that it stands for something else.</summary>
    private async Task<Reply<Branch>?> KnownAsync(BranchKey? key, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return null;
        }

        if (!NameRules.IsName(key.Key))
        {
            return Reply<Branch>.Refused("invalid_id", "An idempotency key must have 1 to 255 printable characters.");
        }

        return await scope.Store.FindBranchAsync(key.Key, cancellationToken) is not { } known ? null
            : known.Fingerprint == key.Fingerprint
                ? Reply<Branch>.Done(new Branch(new ThreadKey(scope.Tenant, known.Thread), known.Position, known.Execution), isReplayed: true)
                : Reply<Branch>.Refused(
                    "idempotency_conflict", $"The idempotency key `{key.Key}` was used with another body. Use a new key, or send the same body.");
    }

    private async Task<(ThreadView? State, Refusal? Refusal)> TryGetStateAsync(string thread, long position, CancellationToken cancellationToken)
    {
        try
        {
            return (await states.ReadAsync(thread, position, cancellationToken), null);
        }
        catch (JournalUnreadableException exception)
        {
            return (null, new Refusal("journal_unreadable", $"{exception.Message} Positions before it can be used."));
        }
        catch (NewerFormatException exception)
        {
            return (null, new Refusal("newer_format", exception.Message));
        }
    }

    /// <param name="state">Where it goes on.</param>
    /// <param name="thread">On which thread.</param>
    /// <param name="notifies">Whether those are notified who wait for the one that it goes on from.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<Submission?> ContinuationAsync(ThreadView state, string thread, bool notifies, CancellationToken cancellationToken)
    {
        if (state.Execution is not { } open || await scope.Store.GetExecutionAsync(open, cancellationToken) is not { } record)
        {
            return null;
        }

        var program = await scope.Services.Programs.GetAsync(scope.Tenant, record.Definition, cancellationToken);
        return new Submission
        {
            Id = new ExecutionId(scope.Services.Ids.Next()),
            Thread = thread,
            Agent = record.Agent,
            Definition = record.Definition,
            Input = default,
            Priority = record.Priority,
            Tags = notifies || record.Tags is null ? record.Tags : record.Tags with { DeliverTo = null },
            Deadline = scope.DeadlineOf(program.Definition.Limits.Timeout),
        };
    }
}
