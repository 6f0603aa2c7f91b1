using System.Text.Json;

namespace Actant.Journaling;

/// <summary>An entry of a kind that this release does not know; kept as it was.</summary>
/// <param name="Name">The kind.</param>
/// <param name="Content">The payload.</param>
public sealed record UnknownPayload(string Name, JsonElement Content) : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => Name;
}
