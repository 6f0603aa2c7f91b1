
namespace Actant.Definitions;

/// <summary>A file of the catalogue that cannot be served as it is.</summary>
/// <param name="File">The file, relative to the catalogue's folder.</param>
/// <param name="ServesOlder">Whether an older version of the file, which was in order, still serves.</param>
/// <param name="Errors">What is wrong with it.</param>
public sealed record CatalogueProblem(string File, bool ServesOlder, IReadOnlyList<DefinitionProblem> Errors);
