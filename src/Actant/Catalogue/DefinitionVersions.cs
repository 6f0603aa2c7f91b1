using System.Collections.Concurrent;
using System.Text.Json;
using Actant.Definitions;
using Actant.Kinds;
using Actant.Storage;

namespace Actant.Catalogue;

/// <summary>Reads stored versions, each once: a version never changes.</summary>
/// <param name="kind">Their kind.</param>
internal sealed class DefinitionVersions(IDefinitionKind kind)
{
    private const int Capacity = 1_000;

    // Far above what is let in.
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 512 };

    private readonly ConcurrentDictionary<(TenantId, string, long), Definition> _read = [];

    public DefinitionRecord Of(TenantId tenant, StoredRecord record)
    {
        // The time tells a definition that was deleted and one that was made after it under the same id apart.
        var key = (tenant, $"{record.Id}/{record.CreatedAt.Ticks}", record.Version);
        if (!_read.TryGetValue(key, out var definition))
        {
            definition = kind.ReadStored(JsonElement.Parse(record.Body.Span, s_options))
                ?? throw new InvalidOperationException($"The {kind.Name} {record.Id}, version {record.Version}, cannot be read: it is no definition.");
            if (_read.Count >= Capacity)
            {
                // Rare, and cheap to read again.
                _read.Clear();
            }

            _read[key] = definition;
        }

        return new DefinitionRecord(record.Id, record.Version, definition, record.CreatedAt, record.WrittenAt);
    }
}
