using Actant.Definitions;
using Microsoft.Extensions.AI;

namespace Actant.LanguageModels;

/// <summary>Gives chat clients for the models of one provider.</summary>
public interface IModelProvider
{
    /// <summary>The name that definitions use.</summary>
    string Name { get; }

    /// <summary>
    /// What is set of it that decides how its models answer (an address, a stand-in), so that two settings can be told apart;
    /// <c>null</c> if nothing is. Only its hash is stored.
    /// </summary>
    string? Settings => null;

    /// <summary>
    /// What is wrong with a model definition for this provider, before anything runs: a missing key, an unknown option.
    /// Paths are relative to the model (<c>$.options.script</c>). Empty when all is well.
    /// </summary>
    IReadOnlyList<DefinitionProblem> Check(ModelDefinition model);

    /// <summary>
    /// The client that calls this model. Cheap, thread safe; retries nothing by itself, because the engine decides on retries.
    /// Failures are <see cref="ModelException"/>s.
    /// </summary>
    IChatClient Create(ModelDefinition model);
}
