using Actant.Definitions;
using Actant.Expressions;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Kinds;
using Actant.LanguageModels;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Nodes;

/// <summary>Turns a validated definition into a program. What the validator passes, this compiles.</summary>
internal sealed class DefinitionCompiler(ToolRegistry tools, ModelProviders models, DefinitionKinds kinds)
{
    /// <summary>Compiles a definition.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="format">The format that it is stored in, if it is stored.</param>
    /// <exception cref="DefinitionException">The definition names what this process does not have.</exception>
    public DefinitionProgram Compile(Definition definition, int? format = null)
    {
        var graph = kinds.Compile(definition);
        var spawned = new Dictionary<string, GraphNodeProgram>(StringComparer.Ordinal);
        var root = Compile(definition, graph, new GraphBuild("", spawned));
        return new DefinitionProgram(definition, root, new DefinitionPins(models, Bind).Of(definition, graph, format ?? DefinitionDocument.FormatOf(definition)), spawned);
    }

    /// <summary>A graph. What reads its state from outside is noted in its build before: the program says whether anything reads messages.</summary>
    private GraphProgram Compile(Definition owner, GraphDefinition definition, GraphBuild build)
    {
        var graph = Graph.Compile(GivenModelProvider.Fill(definition));
        var nodes = graph.Nodes.ToDictionary(node => node, node => Compile(owner, node, build));
        var conditions = graph.Edges
            .Where(edge => edge.Condition is not null)
            .ToDictionary(edge => edge.Index, edge => build.Note(Expression.Compile(edge.Condition!)));
        return new GraphProgram(graph, nodes, conditions, build.ReadsMessages);
    }

    private NodeProgram Compile(Definition owner, GraphNode node, GraphBuild build)
    {
        var definition = node.Definition;
        switch (definition.Type)
        {
            case NodeType.Router:
                return new RouterProgram(node);
            case NodeType.Transform:
                return new TransformProgram(node, Compile(node, "set", definition.Set, build));
            case NodeType.Wait:
                return new WaitProgram(node, WaitProgram.Compile(definition) is { } until ? build.Note(until) : null);
            case NodeType.Human:
                return new HumanProgram(node, build.Note(Template.Compile(definition.Template!)));
            case NodeType.Graph:
                var place = build.PlaceOf(node);
                var inside = build.Inside(place);
                var output = Compile(node, "output", definition.Output, inside);
                return build.Keep(new GraphNodeProgram(node, place, Compile(owner, definition.Graph!, inside), Compile(node, "input", definition.Input, build), output));
            case NodeType.Prompt:
                return new PromptProgram(
                    node, build.Note(Template.Compile(definition.Template!)), Instructions(definition, build), definition.Model is null ? null : Client(definition.Model));
            case NodeType.Tool:
                var arguments = new ArgumentsTemplate(definition.Arguments);
                foreach (var template in arguments.Templates)
                {
                    build.Note(template);
                }

                return new ToolNodeProgram(node, arguments, Bind(owner, definition.Tool!), AgentTool(owner, node, definition.Tool!, build));
            default:
                var offered = definition.Tools.ToLookup(name => AgentTool(owner, node, name, build) is null);
                return new AgentNodeProgram(
                    node,
                    Instructions(definition, build),
                    Compile(node, "sees", definition.SeenValues, build),
                    Client(definition.Model!),
                    [.. offered[true].Select(name => Bind(owner, name)!)],
                    [.. offered[false].Select(name => AgentTool(owner, node, name, build)!), .. node.Specialists.Select(specialist => Specialist(owner, specialist, build))]);
        }
    }

    private static NamedExpressions Compile(GraphNode node, string field, IReadOnlyDictionary<string, string> expressions, GraphBuild build) =>
        new(node, field, [.. expressions.Select(pair => KeyValuePair.Create(pair.Key, build.Note(Expression.Compile(pair.Value))))]);

    private static Template? Instructions(NodeDefinition definition, GraphBuild build) =>
        definition.SystemPrompt is { Length: > 0 } text ? build.Note(Template.Compile(text)) : null;

    private IChatClient Client(ModelDefinition model)
    {
        if (!models.TryGet(model.Provider, out var provider))
        {
            throw new DefinitionException([new("$.nodes", "unknown_provider", $"No model provider `{model.Provider}` is available here.")]);
        }

        try
        {
            return provider.Create(model);
        }
        catch (ArgumentException exception)
        {
            throw new DefinitionException([new("$.nodes", DefinitionErrors.UnknownModel, $"The provider `{model.Provider}` cannot use the model's options: {exception.Message}")]);
        }
    }

    private BoundTool? Bind(Definition owner, string name)
    {
        var definition = owner.Tools.FirstOrDefault(tool => tool.Name == name);
        if (definition?.Type == "agent")
        {
            return null;
        }

        if (definition is null)
        {
            return tools.TryGet(name, out var builtIn)
                ? builtIn
                : throw new DefinitionException([new("$.nodes", "unknown_tool", $"No tool `{name}` is available here.")]);
        }

        return tools.TryBind(definition, out var bound, out var problems) ? bound : throw new DefinitionException(problems);
    }

    private Delegate? AgentTool(Definition owner, GraphNode node, string name, GraphBuild build)
    {
        if (owner.Tools.FirstOrDefault(tool => tool.Name == name && tool.Type == "agent") is not { } definition)
        {
            return null;
        }

        var inner = owner.Agents.TryGetValue(name, out var found)
            ? found
            : throw new DefinitionException([new("$.tool_definitions", "unknown_agent", $"The agent of the tool `{name}` was not resolved.")]);
        return new Delegate(
            name,
            definition.Description.Length > 0 ? definition.Description : inner.Description,
            Compile(inner, inner.Graph, build.Inside($"{build.PlaceOf(node)}:{name}")),
            definition.RequiresApproval,
            needsPermission: true);
    }

    private Delegate Specialist(Definition owner, GraphNode specialist, GraphBuild build)
    {
        var alone = new GraphDefinition { Nodes = [specialist.Definition] };
        return new Delegate(
            $"delegate_to_{specialist.Name}",
            specialist.Definition.Description.Length > 0 ? specialist.Definition.Description : $"Hands a task to {specialist.Name} and returns its answer.",
            Compile(owner, alone, build.Inside(build.PlaceOf(specialist))));
    }

    /// <summary>A graph on its way: where it stands, what of it runs as children, and whether anything reads the conversation through <c>state.messages</c>.</summary>
    private sealed class GraphBuild(string place, Dictionary<string, GraphNodeProgram> spawned)
    {
        public bool ReadsMessages { get; private set; }

        public string PlaceOf(GraphNode node) => ScopePath.OfNode(place, node.Name);

        public GraphBuild Inside(string inner) => new(inner, spawned);

        public GraphNodeProgram Keep(GraphNodeProgram node)
        {
            if (node.IsSpawned)
            {
                spawned[node.Place] = node;
            }

            return node;
        }

        public Expression Note(Expression expression)
        {
            Note(expression.References);
            return expression;
        }

        public Template Note(Template template)
        {
            Note(template.References);
            return template;
        }

        private void Note(IReadOnlyList<ExpressionReference> references) =>
            ReadsMessages |= references.Any(reference => reference.Root == "state" && (reference.Keys.Count == 0 || reference.Keys[0] == "messages"));
    }
}
