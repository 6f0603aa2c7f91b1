using System.Text.Json;
using Actant.Storage;

namespace Actant.Definitions;

/// <summary>What a user wrote, of any kind, as an immutable record: what the engine goes by, whatever its graph comes from.</summary>
public abstract record Definition
{
    // Its source and what was read of it stand beside each other, texts with two bytes for each character.
    private const int MemoryOfByte = 4;

    private string? _hash;

    /// <summary>The name of its kind, such as <c>agent</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Unique among a tenant's definitions of its kind: up to 100 letters, digits, <c>-</c>, <c>_</c> and, inside, spaces.</summary>
    public required string Name { get; init; }

    /// <summary>For people, and for models that may call it as a tool.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether it may be executed.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>0 to 9: the priority of its executions, where a request names none; the server's if absent.</summary>
    public int? Priority { get; init; }

    /// <summary>The tools that its nodes may name, beside the built-in ones.</summary>
    public IReadOnlyList<ToolDefinition> Tools { get; init; } = [];

    /// <summary>The agents that its tools of type <c>agent</c> stand for, by the tool's name; stored with it.</summary>
    public IReadOnlyDictionary<string, AgentDefinition> Agents { get; init; } = new Dictionary<string, AgentDefinition>();

    /// <summary>Bounds of one execution.</summary>
    public LimitsDefinition Limits { get; init; } = new();

    /// <summary>Where the ends of its executions are delivered, where a request does not say.</summary>
    public IReadOnlyList<DeliveryTarget>? DeliverTo { get; init; }

    /// <summary>The short form of one more of these.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>When steps are stored.</summary>
    public Durability Durability { get; init; }

    /// <summary>The document it was read from, normalised: stored, hashed, and read again when an execution resumes.</summary>
    public required JsonElement Source { get; init; }

    /// <summary>
    /// The content hash that executions pin: of <see cref="Source"/>, and of the kind where it is no agent. Where it carries other agents, of
    /// these too.
    /// </summary>
    public BlobHash Hash
    {
        get => new(_hash ??= DefinitionDocument.HashOf(this).Value);
        init => _hash = value.Value;
    }

    /// <summary>About how much memory one takes whose document has so many bytes, before it is compiled.</summary>
    internal static long MemoryOf(int bytes) => (long)bytes * MemoryOfByte;
}
