namespace Actant.Api;

/// <summary>Deletes an agent.</summary>
/// <param name="Agent">Its name or id.</param>
/// <param name="Expected">The version that it must be at; any if absent.</param>
public sealed record DeleteAgentCommand(string Agent, long? Expected);
