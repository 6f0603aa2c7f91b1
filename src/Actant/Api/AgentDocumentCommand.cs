using System.Text.Json;

namespace Actant.Api;

/// <summary>Makes an agent, or changes or checks one, by a definition or a part of one.</summary>
public sealed record AgentDocumentCommand
{
    /// <summary>The agent's name or id; <c>null</c> where it is made.</summary>
    public string? Agent { get; init; }

    /// <summary>The definition, or what changes of it.</summary>
    public required JsonElement Document { get; init; }

    /// <summary>The version that it must be at; any if absent.</summary>
    public long? Expected { get; init; }
}
