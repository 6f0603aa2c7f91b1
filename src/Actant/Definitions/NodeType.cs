namespace Actant.Definitions;

/// <summary>What a node does.</summary>
public enum NodeType
{
    /// <summary>Calls a model, and the tools that it demands, until it answers.</summary>
    Agent,

    /// <summary>An agent that delegates to specialists through <c>orchestration</c> edges.</summary>
    Orchestrator,

    /// <summary>A sub-agent that an orchestrator calls as a tool; an agent where edges lead to it directly.</summary>
    Specialist,

    /// <summary>Calls one tool with given arguments.</summary>
    Tool,

    /// <summary>Renders a template; with a model, calls it once.</summary>
    Prompt,

    /// <summary>Takes the first outgoing edge whose condition holds, else the unconditional one.</summary>
    Router,

    /// <summary>Interrupts until a person has answered.</summary>
    Human,

    /// <summary>Writes values of expressions to the state.</summary>
    Transform,

    /// <summary>Runs a nested graph with a state of its own.</summary>
    Graph,

    /// <summary>Waits for a time, and gives nothing.</summary>
    Wait,
}
