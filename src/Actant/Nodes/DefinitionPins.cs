using System.Security.Cryptography;
using System.Text;
using Actant.Definitions;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Tools;

namespace Actant.Nodes;

/// <summary>Finds what decides how a definition runs and does not stand in it.</summary>
internal sealed class DefinitionPins(ModelProviders models, Func<Definition, string, BoundTool?> bind)
{
    private const int LongestName = 255;

    private readonly SortedDictionary<string, string> _providers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _tools = new(StringComparer.Ordinal);
    private string? _defaultModel;

    /// <summary>The pin of a definition that compiles.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="graph">What it runs.</param>
    /// <param name="format">The format that it is stored in.</param>
    public DefinitionPin Of(Definition definition, GraphDefinition graph, int format)
    {
        Visit(definition, graph);
        return new DefinitionPin
        {
            Format = format,
            DefaultModel = _defaultModel,
            Providers = _providers.Count > 0 ? _providers : null,
            Tools = _tools.Count > 0 ? _tools : null,
        };
    }

    private void Visit(Definition definition, GraphDefinition graph)
    {
        foreach (var node in graph.Nodes)
        {
            if (node.Model is { } model)
            {
                Note(model.Provider);
            }
            else if (GivenModelProvider.NeedsDefault(node))
            {
                Note(GivenModelProvider.DefaultName);
                _defaultModel = models.DefaultModel is { } name ? name[..Math.Min(name.Length, LongestName)] : null;
            }

            foreach (var tool in node.Tool is { } only ? [only, .. node.Tools] : node.Tools)
            {
                Visit(definition, tool);
            }

            if (node.Graph is { } nested)
            {
                Visit(definition, nested);
            }
        }
    }

    private void Visit(Definition definition, string tool)
    {
        if (definition.Agents.TryGetValue(tool, out var inner))
        {
            Visit(inner, inner.Graph);
        }
        else if (bind(definition, tool) is { } bound && IsCode(bound.Tool))
        {
            _tools[tool] = bound.Version;
        }
    }

    // What comes with the engine has the engine's version.
    private static bool IsCode(Tool tool) => tool is FunctionTool || tool.GetType().Assembly != typeof(Tool).Assembly;

    private void Note(string provider)
    {
        if (!_providers.ContainsKey(provider) && models.TryGet(provider, out var found) && found.Settings is { } settings)
        {
            _providers[provider] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(settings)).AsSpan(0, 8));
        }
    }
}
