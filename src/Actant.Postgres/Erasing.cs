using Actant.Storage;
using NpgsqlTypes;

namespace Actant.Postgres;

/// <summary>Takes content out of entries: the appends that they are of are read, written anew and put in their place.</summary>
internal static class Erasing
{
    public static async ValueTask<BranchOutcome> EraseAsync(Database database, int tenant, EraseRequest request, CancellationToken cancellationToken)
    {
        var packs = new SortedDictionary<long, byte[]>();
        foreach (var position in request.Bodies.Keys.Order())
        {
            if (await Reading.AppendAsync(database, tenant, request.Thread, position, cancellationToken) is not { } append || packs.ContainsKey(append.Position))
                continue;
            var bodies = request.Bodies.Where(body => body.Key >= append.Position && body.Key < append.Position + append.Count)
                .ToDictionary(body => (int)(body.Key - append.Position), body => body.Value);
            packs.Add(append.Position, EntryPack.Replace(append.Entries, append.Count, bodies));
        }

        return (BranchOutcome)await database.RepeatAsync(
            "SELECT actant_erase($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            parameters => PostgresTenantStore.BindEntry(parameters.Time(database.Clock).Int(tenant).Text(request.Thread).Long(request.Expected), request.Entry)
                .Int(request.Format).Array(NpgsqlDbType.Bigint, [.. packs.Keys]).Array(NpgsqlDbType.Bytea, [.. packs.Values])
                .Array(NpgsqlDbType.Bytea, request.Blobs.Select(hash => ((BlobHash?)hash).ToBytes()).ToList()),
            static async (rows, token) =>
            {
                await rows.ReadAsync(token);
                return rows.GetInt32(0);
            },
            cancellationToken);
    }
}
