using System.Text.Json;
using Actant.Storage;

namespace Actant.Catalogue;

internal sealed partial class DefinitionStore
{
    /// <summary>The newest versions, last made first.</summary>
    /// <exception cref="ArgumentException">The cursor is none.</exception>
    public async ValueTask<Page<DefinitionSummary>> ListAsync(TenantId tenant, string? cursor, int limit, CancellationToken cancellationToken) =>
        await SummariesAsync(tenant, await Records(tenant).ListSummariesAsync(_kind, cursor, limit, cancellationToken), cancellationToken);

    /// <summary>All versions of a definition, newest first; <c>null</c> where there is none.</summary>
    /// <exception cref="ArgumentException">The cursor is none.</exception>
    public async ValueTask<Page<DefinitionSummary>?> ListVersionsAsync(
        TenantId tenant, string idOrName, string? cursor, int limit, CancellationToken cancellationToken)
    {
        if (await NewestAsync(tenant, idOrName, cancellationToken) is not { } stored)
        {
            return null;
        }

        var page = await Records(tenant).ListVersionsAsync(_kind, stored.Id, cursor, limit, cancellationToken);
        return await SummariesAsync(tenant, page, cancellationToken);
    }

    private async ValueTask<Page<DefinitionSummary>> SummariesAsync(TenantId tenant, Page<RecordSummary> page, CancellationToken cancellationToken)
    {
        var summaries = new List<DefinitionSummary>(page.Items.Count);
        foreach (var record in page.Items)
        {
            var outline = record.Summary is { } summary
                ? DefinitionOutline.Read(summary.Span)
                : await _olderOutlines.ReadAsync((tenant, record.Id, record.Version, record.CreatedAt), cancellationToken);
            if (outline is not null)
            {
                summaries.Add(new DefinitionSummary(record, outline));
            }
        }

        return new Page<DefinitionSummary>(summaries, page.Cursor);
    }

    /// <summary>Of a version that an earlier release wrote, without a summary: made of the definition, once in each process as long as there is room.</summary>
    private async ValueTask<DefinitionOutline?> OlderOutlineAsync((TenantId Tenant, string Id, long Version, DateTimeOffset CreatedAt) key)
    {
        var place = ($"{key.Id}/{key.CreatedAt.Ticks}", key.Version);
        if (_outlines.TryGet(key.Tenant, place, out var known))
        {
            return known;
        }

        if (await Records(key.Tenant).ReadAsync(_kind, key.Id, key.Version, CancellationToken.None) is not { } record
            || _rules.Kind.ReadStored(JsonElement.Parse(record.Body.Span, JsonLimits.Decoding)) is not { } definition)
        {
            return null;
        }

        var outline = _rules.OutlineOf(definition);
        _outlines.Put(key.Tenant, place, outline, StorageLimits.MaxSummaryBytes);
        return outline;
    }
}
