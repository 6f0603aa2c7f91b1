namespace Actant;

/// <summary>One thing that is wrong with a definition.</summary>
/// <param name="Path">Where, as a JSON path: <c>$.nodes[2].tools[0]</c>.</param>
/// <param name="Code">A stable code of <c>docs/errors.md</c>.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
public sealed record DefinitionProblem(string Path, string Code, string Message);
