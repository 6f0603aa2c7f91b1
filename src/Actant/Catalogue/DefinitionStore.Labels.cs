using System.Text.Json;
using Actant.Storage;

namespace Actant.Catalogue;

internal sealed partial class DefinitionStore
{
    private const int MostLabels = 100;

    /// <summary>Puts a label on a version of a definition, taking it off another one.</summary>
    public ValueTask<Reply<DefinitionRecord>> SetLabelAsync(TenantId tenant, string idOrName, string label, long version, CancellationToken cancellationToken) =>
        ChangeLabelsAsync(tenant, idOrName, label, version, cancellationToken);

    /// <summary>Takes a label off; done as well when it was not there.</summary>
    public ValueTask<Reply<DefinitionRecord>> RemoveLabelAsync(TenantId tenant, string idOrName, string label, CancellationToken cancellationToken) =>
        ChangeLabelsAsync(tenant, idOrName, label, null, cancellationToken);

    private async ValueTask<Reply<DefinitionRecord>> ChangeLabelsAsync(
        TenantId tenant, string idOrName, string label, long? version, CancellationToken cancellationToken)
    {
        if (await NewestAsync(tenant, idOrName, cancellationToken) is not { } stored)
        {
            return await MissingAsync(tenant, idOrName, cancellationToken);
        }

        if (version is { } number && await Records(tenant).ReadAsync(_kind, stored.Id, number, cancellationToken) is null)
        {
            return Reply<DefinitionRecord>.Refused("version_not_found", $"The {_rules.Kind.Name} has no version {number}; the newest is {stored.Version}.");
        }

        if (label.Length is 0 or > 64 || !label.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || label.All(char.IsAsciiDigit))
        {
            return Reply<DefinitionRecord>.Refused("invalid_label", "A label has 1 to 64 letters, digits, `-`, `_` and `.`, and not only digits.");
        }

        for (var tries = 0; tries < MostTries; tries++)
        {
            var (labels, at) = await ReadLabelsAsync(tenant, stored.Id, cancellationToken);
            var changed = new Dictionary<string, long>(labels, StringComparer.Ordinal);
            if (version is { } target)
            {
                changed[label] = target;
            }
            else
            {
                changed.Remove(label);
            }

            if (changed.Count > MostLabels)
            {
                return Reply<DefinitionRecord>.Refused("invalid_label", $"At most {MostLabels} labels are possible.");
            }

            var write = new RecordWrite
            {
                Kind = _labelsKind,
                Id = stored.Id,
                Name = stored.Id,
                ExpectedVersion = at,
                Body = JsonSerializer.SerializeToUtf8Bytes(changed, CatalogueJson.Default.DictionaryStringInt64),
            };
            if ((await Records(tenant).WriteAsync(write, cancellationToken)).Outcome == RecordOutcome.Stored)
            {
                return Reply<DefinitionRecord>.Done(_versions.Of(tenant, stored) with { Labels = changed });
            }
        }

        return Reply<DefinitionRecord>.Refused("version_conflict", $"Others change the labels of this {_rules.Kind.Name} at the same time; try again.");
    }

    /// <summary>The labels of a definition.</summary>
    public async ValueTask<IReadOnlyDictionary<string, long>> LabelsAsync(TenantId tenant, string id, CancellationToken cancellationToken) =>
        (await ReadLabelsAsync(tenant, id, cancellationToken)).Labels;

    private async ValueTask<(IReadOnlyDictionary<string, long> Labels, long Version)> ReadLabelsAsync(
        TenantId tenant, string id, CancellationToken cancellationToken) =>
        await Records(tenant).ReadAsync(_labelsKind, id, null, cancellationToken) is { } record
            ? (JsonSerializer.Deserialize(record.Body.Span, CatalogueJson.Default.DictionaryStringInt64)!, record.Version)
            : (new Dictionary<string, long>(), 0);
}
