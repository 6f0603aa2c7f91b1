using Actant.Definitions;
using Actant.Journaling;
using Microsoft.Extensions.AI;

namespace Actant.Nodes;

/// <summary>What a model is called with.</summary>
internal sealed record ModelRequest
{
    /// <summary>Which model.</summary>
    public required ModelDefinition Model { get; init; }

    /// <summary>The client that calls it.</summary>
    public required IChatClient Client { get; init; }

    /// <summary>Instructions and conversation.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>The tools on offer.</summary>
    public required IReadOnlyList<AITool> Tools { get; init; }

    /// <summary>The name of who answers.</summary>
    public required string Speaker { get; init; }

    /// <summary>What is remembered of the request.</summary>
    public required RequestFingerprint Fingerprint { get; init; }
}
