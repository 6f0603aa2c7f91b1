using Actant.Definitions;

namespace Actant.Agents;

/// <summary>A file of the catalogue as it was last read.</summary>
/// <param name="Name">Relative to the catalogue's folder.</param>
/// <param name="Written">When it was written, as far as the file system says.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Agent">The newest version that was in order.</param>
/// <param name="Problems">What is wrong with the version that is there now.</param>
internal sealed record AgentFile(string Name, DateTime Written, long Length, AgentDefinition? Agent, IReadOnlyList<DefinitionProblem> Problems);
