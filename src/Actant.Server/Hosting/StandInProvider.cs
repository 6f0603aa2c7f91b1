using Actant.Definitions;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Server.Hosting;

/// <summary>A provider without a key of the server's: models that bring their own key are called, for the others the scripted model answers.</summary>
internal sealed class StandInProvider(IModelProvider vendor, IModelProvider standIn) : IModelProvider
{
    public string Name => vendor.Name;

    public string Settings => $"stand-in {vendor.Settings}";

    public IReadOnlyList<DefinitionProblem> Check(ModelDefinition model) => For(model).Check(model);

    public IChatClient Create(ModelDefinition model) => For(model).Create(model);

    private IModelProvider For(ModelDefinition model) => model.ApiKeySecret is null ? standIn : vendor;
}
