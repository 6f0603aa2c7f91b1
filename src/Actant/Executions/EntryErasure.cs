using Actant.Journaling;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>Takes the content out of entries and leaves their form.</summary>
internal sealed class EntryErasure(TenantScope scope, BranchWriter writer)
{
    // Each is somebody else's append in between; a thread that nobody holds has few of them.
    private const int MostTries = 5;

    public async Task<Reply<Branch>> EraseAsync(string thread, IReadOnlyCollection<long> positions, Principal? principal, CancellationToken cancellationToken)
    {
        if (positions.Count is 0 or > StorageLimits.MaxItems)
        {
            return Reply<Branch>.Refused(new Refusal(
                "invalid_input", "The request has faults.", [new("$.positions", "out_of_range", $"1 to {StorageLimits.MaxItems} positions are needed.")]));
        }

        await scope.Services.Time.EnsureAsync(cancellationToken);
        for (var tries = 1; ; tries++)
        {
            var last = (await scope.Store.GetThreadAsync(thread, cancellationToken))?.Position ?? 0;
            if (positions.Any(position => position < 1 || position > last))
            {
                return await writer.NoPositionAsync(thread, positions.First(position => position < 1 || position > last), cancellationToken);
            }

            var (bodies, blobs) = await RedactAsync(thread, [.. positions.Distinct().Order()], last, cancellationToken);
            var entry = writer.Encode(new Erased { Positions = [.. bodies.Keys.Order()], Principal = principal }, null, last + 1);
            var outcome = await scope.Store.EraseAsync(
                new EraseRequest { Thread = thread, Expected = last, Bodies = bodies, Blobs = blobs, Entry = entry, Format = EntryCodec.Format }, cancellationToken);
            if (outcome == BranchOutcome.PositionConflict && tries < MostTries)
            {
                continue;
            }

            scope.Services.Cache.Take(new ThreadKey(scope.Tenant, thread));
            return writer.ReplyTo(outcome, new Branch(new ThreadKey(scope.Tenant, thread), last + 1, null), thread);
        }
    }

    /// <summary>The bodies without content, and the blobs that nothing names any more.</summary>
    private async Task<(Dictionary<long, ReadOnlyMemory<byte>> Bodies, List<BlobHash> Blobs)> RedactAsync(
        string thread, long[] positions, long last, CancellationToken cancellationToken)
    {
        var bodies = new Dictionary<long, ReadOnlyMemory<byte>>();
        var blobs = new HashSet<BlobHash>();
        foreach (var position in positions)
        {
            if (await scope.Store.ReadAsync(thread, position, 1, cancellationToken) is not [{ Position: var found } stored] || found != position)
            {
                continue;
            }

            byte[]? content = null;
            if (EntryCodec.BlobOf(stored) is { } hash && BlobHash.IsHash(hash.Value))
            {
                content = await scope.Store.ReadBlobAsync(thread, hash, cancellationToken);
                blobs.Add(hash);
            }

            var body = EntryRedaction.Redact(stored, content) ?? EntryRedaction.Nothing();
            bodies.Add(position, body.Length <= EncodedEntry.MaxBodyBytes ? body : EntryRedaction.Nothing());
        }

        // The same payload may stand in another entry too.
        for (var next = 1L; blobs.Count > 0 && next <= last;)
        {
            var page = await scope.Store.ReadAsync(thread, next, StorageLimits.MaxItems, cancellationToken);
            foreach (var stored in page)
            {
                if (!bodies.ContainsKey(stored.Position) && EntryCodec.BlobOf(stored) is { } named)
                {
                    blobs.Remove(named);
                }
            }

            next = page.Count == 0 ? long.MaxValue : page[^1].Position + 1;
        }

        return (bodies, [.. blobs]);
    }
}
