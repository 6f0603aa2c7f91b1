using System.Text.Json;
using Actant.Definitions;

namespace Actant.Catalogue;

/// <summary>What lists show of a definition: kept beside each version, so that no list reads definitions.</summary>
internal sealed record DefinitionOutline
{
    /// <summary>Longer descriptions are cut.</summary>
    public const int MostCharacters = 1_000;

    /// <summary>Of anything else.</summary>
    private const int MostOfName = 255;

    /// <summary>What it is for, in its own words; the beginning of it.</summary>
    public required string Description { get; init; }

    /// <summary>What its owners call its kind.</summary>
    public string? Type { get; init; }

    /// <summary>The model of its first node that has one.</summary>
    public string? Model { get; init; }

    /// <summary>Who has that.</summary>
    public string? Provider { get; init; }

    /// <summary>Whether it may be executed.</summary>
    public required bool IsActive { get; init; }

    /// <summary>The hash of the definition.</summary>
    public required string Hash { get; init; }

    public static DefinitionOutline Of(Definition definition, string? type = null, ModelDefinition? model = null) => new()
    {
        Description = Cut(definition.Description, MostCharacters),
        Type = type is null ? null : Cut(type, MostOfName),
        Model = model?.ModelName is { } name ? Cut(name, MostOfName) : null,
        Provider = model?.Provider is { } provider ? Cut(provider, MostOfName) : null,
        IsActive = definition.IsActive,
        Hash = definition.Hash.Value,
    };

    public static DefinitionOutline? Read(ReadOnlySpan<byte> summary) => JsonSerializer.Deserialize(summary, CatalogueJson.Default.DefinitionOutline);

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, CatalogueJson.Default.DefinitionOutline);

    private static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        // Not through the middle of a character.
        var end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return $"{text.AsSpan(0, end)}…";
    }
}
