using System.Collections.Concurrent;
using System.Text.Json;
using Actant.Definitions;
using Actant.Storage;

namespace Actant.Agents;

/// <summary>Reads stored versions, each once: a version never changes.</summary>
internal sealed class AgentVersions
{
    private const int Capacity = 1_000;

    // Far above what is let in.
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 512 };

    private readonly ConcurrentDictionary<(TenantId, string, long), AgentDefinition> _read = [];

    public AgentRecord Of(TenantId tenant, StoredRecord record)
    {
        // The time tells an agent that was deleted and one that was made after it under the same id apart.
        var key = (tenant, $"{record.Id}/{record.CreatedAt.Ticks}", record.Version);
        if (!_read.TryGetValue(key, out var definition))
        {
            definition = DefinitionReader.ReadStored(JsonElement.Parse(record.Body.Span, s_options))
                ?? throw new InvalidOperationException($"The agent {record.Id}, version {record.Version}, cannot be read: it is no definition.");
            if (_read.Count >= Capacity)
            {
                // Rare, and cheap to read again.
                _read.Clear();
            }

            _read[key] = definition;
        }

        return new AgentRecord
        {
            Id = record.Id,
            Version = record.Version,
            Definition = definition,
            CreatedAt = record.CreatedAt,
            UpdatedAt = record.WrittenAt,
        };
    }
}
