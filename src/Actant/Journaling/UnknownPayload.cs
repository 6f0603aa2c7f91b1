using System.Text.Json;

namespace Actant.Journaling;

/// <summary>An entry of a kind or a format that this release does not know, kept as it was; or one that cannot be read.</summary>
/// <param name="Name">The kind, as far as it can be read.</param>
/// <param name="Content">The payload; an empty object where there is none.</param>
public sealed record UnknownPayload(string Name, JsonElement Content) : EntryPayload
{
    /// <summary>Why it cannot be read; <c>null</c> for one that is only of no known kind. Such a journal is not folded.</summary>
    public string? Fault { get; init; }

    /// <inheritdoc />
    private protected override string KindName => Name;
}
