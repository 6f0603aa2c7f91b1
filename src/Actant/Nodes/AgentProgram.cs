using Actant.Definitions;

namespace Actant.Nodes;

/// <summary>An agent, compiled. Immutable and shared by all its executions.</summary>
internal sealed record AgentProgram(AgentDefinition Definition, GraphProgram Root);
