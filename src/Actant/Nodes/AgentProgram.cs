using Actant.Definitions;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>An agent, compiled. Immutable and shared by all its executions.</summary>
/// <param name="Definition">What was compiled.</param>
/// <param name="Root">Its graph.</param>
/// <param name="Pin">What else decides how it runs.</param>
internal sealed record AgentProgram(AgentDefinition Definition, GraphProgram Root, DefinitionPin Pin);
