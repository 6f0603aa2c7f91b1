using Actant.Definitions;

namespace Actant.Hosting;

/// <summary>An agent that the application's code defines.</summary>
internal sealed record CodeAgent(AgentDefinition Definition);
