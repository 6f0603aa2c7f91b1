using System.Text.Json;

namespace Actant.Definitions;

/// <summary>One node. Which fields matter depends on the type; the validator refuses those that do not.</summary>
public sealed record NodeDefinition
{
    /// <summary>Unique in its graph: up to 64 letters, digits, <c>-</c> and <c>_</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public required NodeType Type { get; init; }

    /// <summary>For people, and for the model that may delegate to it.</summary>
    public string Description { get; init; } = "";

    /// <summary>When it runs if several edges lead to it.</summary>
    public Join Join { get; init; }

    /// <summary>Whether it gives the execution its output; without any such node, those without outgoing edges do.</summary>
    public bool IsOutput { get; init; }

    /// <summary>What happens when it fails.</summary>
    public ErrorPolicy OnError { get; init; } = new();

    /// <summary>How long one activation may take, waits for people not counted; <c>null</c> leaves it to the execution's deadline.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How often a cycle whose head this is may run; required there.</summary>
    public int? MaxIterations { get; init; }

    /// <summary>The head of a cycle: what happens at <see cref="MaxIterations"/>.</summary>
    public CycleLimit OnLimit { get; init; }

    /// <summary>Agents, and prompts that call one: which model.</summary>
    public ModelDefinition? Model { get; init; }

    /// <summary>Agents: the instructions, a template over the state.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>Agents: how much of the conversation the model is given.</summary>
    public Sees Sees { get; init; }

    /// <summary>Agents that see <see cref="Sees.Values"/>: name to expression over the state.</summary>
    public IReadOnlyDictionary<string, string> SeenValues { get; init; } = new Dictionary<string, string>();

    /// <summary>Agents: names of the tools that the model may call.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>Agents: how many times the model is called at most in one activation.</summary>
    public int MaxTurns { get; init; } = 25;

    /// <summary>Agents, and prompts that ask: what becomes of an answer that was cut off or filtered.</summary>
    public CutPolicy OnCut { get; init; }

    /// <summary>Tools: which tool.</summary>
    public string? Tool { get; init; }

    /// <summary>Tools: the arguments; strings in it are templates over the state.</summary>
    public JsonElement? Arguments { get; init; }

    /// <summary>Prompts and humans: the text, a template over the state.</summary>
    public string? Template { get; init; }

    /// <summary>Humans: the JSON Schema that an answer must fit.</summary>
    public JsonElement? ResponseSchema { get; init; }

    /// <summary>The state key that takes the outcome; tools, prompts with a model and humans default to their name, agents to none.</summary>
    public string? Writes { get; init; }

    /// <summary>Transforms: state key to expression.</summary>
    public IReadOnlyDictionary<string, string> Set { get; init; } = new Dictionary<string, string>();

    /// <summary>Graphs: the nested graph.</summary>
    public GraphDefinition? Graph { get; init; }

    /// <summary>Graphs: key of the nested state to expression over the outer one.</summary>
    public IReadOnlyDictionary<string, string> Input { get; init; } = new Dictionary<string, string>();

    /// <summary>Graphs: key of the outer state to expression over the nested one.</summary>
    public IReadOnlyDictionary<string, string> Output { get; init; } = new Dictionary<string, string>();

    /// <summary>Graphs: whether it runs as an execution of its own on a thread of its own, a child.</summary>
    public bool Spawn { get; init; }

    /// <summary>Waits: how long, from when the node begins.</summary>
    public TimeSpan? WaitFor { get; init; }

    /// <summary>Waits: until when, in place of how long: a time of RFC 3339, or an expression that gives one.</summary>
    public string? WaitUntil { get; init; }
}
