using Actant.Journaling;
using Actant.Storage;

namespace Actant.Executions;

public sealed partial class ExecutionClient
{
    // Each is somebody else's append in between; a thread that nobody holds has few of them.
    private const int MostEraseTries = 5;

    /// <summary>
    /// Takes the content out of entries: texts, arguments, results, values. Their form stays, so that the thread is folded as before and an open
    /// execution goes on, with <c>[erased]</c> where the content was. Refused with <c>thread_busy</c> while a process works on the thread: stop
    /// the execution first, or wait until it has ended. Copies in other entries are entries of their own; forks are threads of their own.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="positions">The entries; 1 to 1,000 of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The position of the entry that says so.</returns>
    public async Task<Reply<Branch>> EraseAsync(string thread, IReadOnlyCollection<long> positions, CancellationToken cancellationToken)
    {
        if (positions.Count is 0 or > StorageLimits.MaxItems)
        {
            return Actant.Reply<Branch>.Refused(new Refusal(
                "invalid_input", "The request has faults.", [new("$.positions", "out_of_range", $"1 to {StorageLimits.MaxItems} positions are needed.")]));
        }

        await _services.Time.EnsureAsync(cancellationToken);
        for (var tries = 1; ; tries++)
        {
            var last = (await _store.GetThreadAsync(thread, cancellationToken))?.Position ?? 0;
            if (positions.Any(position => position < 1 || position > last))
            {
                return await NoPositionAsync(thread, positions.First(position => position < 1 || position > last), cancellationToken);
            }

            var (bodies, blobs) = await RedactAsync(thread, [.. positions.Distinct().Order()], last, cancellationToken);
            var entry = Encode(new Erased { Positions = [.. bodies.Keys.Order()], Principal = _principal }, null, last + 1);
            var outcome = await _store.EraseAsync(
                new EraseRequest { Thread = thread, Expected = last, Bodies = bodies, Blobs = blobs, Entry = entry, Format = EntryCodec.Format }, cancellationToken);
            if (outcome == BranchOutcome.PositionConflict && tries < MostEraseTries)
            {
                continue;
            }

            _services.Cache.Take(new ThreadKey(Tenant, thread));
            return Reply(outcome, new Branch(new ThreadKey(Tenant, thread), last + 1, null), thread);
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
            if (await _store.ReadAsync(thread, position, 1, cancellationToken) is not [{ Position: var found } stored] || found != position)
            {
                continue;
            }

            byte[]? content = null;
            if (EntryCodec.BlobOf(stored) is { } hash && BlobHash.IsHash(hash.Value))
            {
                content = await _store.ReadBlobAsync(thread, hash, cancellationToken);
                blobs.Add(hash);
            }

            var body = EntryRedaction.Redact(stored, content) ?? EntryRedaction.Nothing();
            bodies.Add(position, body.Length <= EncodedEntry.MaxBodyBytes ? body : EntryRedaction.Nothing());
        }

        // The same payload may stand in another entry too.
        for (var next = 1L; blobs.Count > 0 && next <= last;)
        {
            var page = await _store.ReadAsync(thread, next, StorageLimits.MaxItems, cancellationToken);
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
