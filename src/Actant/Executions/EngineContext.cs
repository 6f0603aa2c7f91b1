using Actant.HttpTools;
using Actant.LanguageModels;
using Actant.Tools;
using Actant.Validation;

namespace Actant.Executions;

/// <summary>What an engine offers, as the validator wants to know it.</summary>
internal static class EngineContext
{
    public static DefinitionContext Of(ToolRegistry tools, ModelProviders models, Func<string, bool>? agentExists)
    {
        var all = tools.Names.Select(name => tools.TryGet(name, out var tool) ? tool.Tool : throw new KeyNotFoundException(name)).ToList();
        return new DefinitionContext
        {
            BuiltinTools = all.Where(IsBuiltin).ToDictionary(tool => tool.Name, StringComparer.Ordinal),
            CodeTools = all.Where(tool => !IsBuiltin(tool)).ToDictionary(tool => tool.Name, StringComparer.Ordinal),
            ModelProviders = models.Names.ToDictionary(name => name, name => models.TryGet(name, out var provider) ? provider : throw new KeyNotFoundException(name), StringComparer.Ordinal),
            ToolTypes = new HashSet<string>([.. new DefinitionContext().ToolTypes, .. tools.Types.Keys]),
            ToolMakers = tools.Types,
            MayHaveSecret = (tenant, name) => models.Secrets?.MayHave(tenant, name) ?? true,
            HasDefaultModel = models.HasDefault,
            AgentExists = agentExists ?? (static _ => false),
        };
    }

    private static bool IsBuiltin(Tool tool) => tool is CalculatorTool or HttpRequestTool;
}
