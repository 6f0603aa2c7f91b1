using System.Text.Json;
using Actant.Definitions;
using Actant.Kinds;
using Actant.Storage;

namespace Actant.Catalogue;

/// <summary>Reads stored versions, each once as long as there is room: a version never changes.</summary>
/// <param name="kind">Their kind.</param>
/// <param name="mostBytes">How much memory they may take.</param>
internal sealed class DefinitionVersions(IDefinitionKind kind, long mostBytes)
{
    private readonly TenantCache<(string Id, long Version), Definition> _read = new(mostBytes);

    public DefinitionRecord Of(TenantId tenant, StoredRecord record)
    {
        // The time tells a definition that was deleted and one that was made after it under the same id apart.
        var key = ($"{record.Id}/{record.CreatedAt.Ticks}", record.Version);
        if (!_read.TryGet(tenant, key, out var definition))
        {
            (var read, var bytes) = Allocations.Of(() => kind.ReadStored(JsonElement.Parse(record.Body.Span, JsonLimits.Decoding)));
            definition = read
                ?? throw new InvalidOperationException($"The {kind.Name} {record.Id}, version {record.Version}, cannot be read: it is no definition.");
            _read.Put(tenant, key, definition, bytes);
        }

        return new DefinitionRecord(record.Id, record.Version, definition, record.CreatedAt, record.WrittenAt);
    }
}
