using Actant.Definitions;

namespace Actant.Catalogue;

/// <summary>One version of a stored definition.</summary>
/// <param name="Id">Its id, a UUID that never changes.</param>
/// <param name="Version">The version, from 1.</param>
/// <param name="Definition">What it says.</param>
/// <param name="CreatedAt">When the first version was written.</param>
/// <param name="UpdatedAt">When this version was written.</param>
internal sealed record DefinitionRecord(string Id, long Version, Definition Definition, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Names of versions, where they were read too.</summary>
    public IReadOnlyDictionary<string, long>? Labels { get; init; }
}
