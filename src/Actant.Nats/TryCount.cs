using System.Globalization;
using System.Text;
using Actant.Storage;

namespace Actant.Nats;

/// <summary>
/// Counts the tries of a message of which nothing was left: processes that died with it. The server's own count says nothing of that: it counts also
/// what was put off, and what was stored and went on elsewhere. Only messages that come again are counted, so the ordinary ones cost nothing.
/// </summary>
/// <param name="store">Where it is kept.</param>
internal sealed class TryCount(IActantStore store)
{
    private const string Kind = "nats_try";

    private static readonly TenantId s_home = new(":nats");

    private IRecordStore Records => store.For(s_home).Records;

    /// <summary>Notes that one begins; answers with how many began before and never ended.</summary>
    public async Task<int> BeginAsync(JobMessage message, CancellationToken cancellationToken)
    {
        var id = message.Id.ToString("D");
        while (true)
        {
            var record = await Records.ReadAsync(Kind, id, version: null, cancellationToken);
            var before = record is null ? 0 : int.Parse(Encoding.ASCII.GetString(record.Body.Span), CultureInfo.InvariantCulture);
            var write = new RecordWrite
            {
                Kind = Kind,
                Id = id,
                Name = id,
                ExpectedVersion = record?.Version ?? 0,
                Body = Encoding.ASCII.GetBytes((before + 1).ToString(CultureInfo.InvariantCulture)),
            };
            if ((await Records.WriteAsync(write, cancellationToken)).Outcome == RecordOutcome.Stored)
            {
                return before;
            }
        }
    }

    /// <summary>It ended, one way or the other: none before it counts any more.</summary>
    public async Task EndAsync(JobMessage message, CancellationToken cancellationToken) =>
        await Records.DeleteAsync(Kind, message.Id.ToString("D"), expectedVersion: null, cancellationToken);
}
