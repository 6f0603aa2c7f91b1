using System.Text.Json;

namespace Actant.Definitions;

/// <summary>Which model, and how it is called.</summary>
public sealed record ModelDefinition
{
    /// <summary>The provider's name; <c>scripted</c> needs nothing installed and no key.</summary>
    public required string Provider { get; init; }

    /// <summary>The model's name at that provider.</summary>
    public required string ModelName { get; init; }

    /// <summary>Sampling temperature, 0 to 2.</summary>
    public float? Temperature { get; init; }

    /// <summary>Nucleus sampling, 0 to 1.</summary>
    public float? TopP { get; init; }

    /// <summary>The most tokens of one answer.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Texts that end an answer.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>How long one call may take.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The name of the secret that is the key for the provider, where it is not the server's own.</summary>
    public string? ApiKeySecret { get; init; }

    /// <summary>What only this provider understands (the scripted model's <c>script</c> and <c>rules</c>, for example).</summary>
    public JsonElement? Options { get; init; }
}
