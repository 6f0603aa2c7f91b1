using Actant.Definitions;
using Microsoft.Extensions.AI;

namespace Actant.LanguageModels;

/// <summary>Answers for a provider with a client that the program gave.</summary>
internal sealed class GivenModelProvider(string name, IChatClient client) : IModelProvider
{
    /// <summary>The provider of what names none.</summary>
    public const string DefaultName = "given";

    /// <summary>The model that a client calls when nobody names one.</summary>
    public const string OwnModel = "default";

    public string Name { get; } = name;

    public IReadOnlyList<DefinitionProblem> Check(ModelDefinition model) => [];

    public IChatClient Create(ModelDefinition model) => model.ModelName == OwnModel ? new OwnModelChatClient(client) : client;

    /// <summary>A provider for each name in a definition, all of them this client.</summary>
    public static IEnumerable<IModelProvider> ForAll(AgentDefinition agent, IChatClient client) =>
        Names(agent.Graph).Append(DefaultName).Distinct(StringComparer.Ordinal).Select(name => new GivenModelProvider(name, client));

    /// <summary>The graph with this client as the model of all nodes that need one and name none.</summary>
    public static GraphDefinition Fill(GraphDefinition graph) => graph with { Nodes = [.. graph.Nodes.Select(Fill)] };

    /// <summary>Whether a node calls a model and names none.</summary>
    public static bool NeedsDefault(NodeDefinition node) =>
        node is { Model: null, Type: NodeType.Agent or NodeType.Orchestrator or NodeType.Specialist };

    /// <summary>What the client says of itself: its provider and model.</summary>
    public string ModelName => client.GetService<ChatClientMetadata>() is { } own ? $"{own.ProviderName}/{own.DefaultModelId ?? OwnModel}" : OwnModel;

    private static NodeDefinition Fill(NodeDefinition node) => node switch
    {
        { Graph: { } graph } => node with { Graph = Fill(graph) },
        _ when NeedsDefault(node) =>
            node with { Model = new ModelDefinition { Provider = DefaultName, ModelName = OwnModel } },
        _ => node,
    };

    private static IEnumerable<string> Names(GraphDefinition graph) =>
        graph.Nodes.SelectMany(node => (node.Graph is { } nested ? Names(nested) : []).Concat(node.Model is { } model ? [model.Provider] : []));

    /// <summary>Leaves the choice of the model to the client.</summary>
    private sealed class OwnModelChatClient(IChatClient client) : DelegatingChatClient(client)
    {
        public override Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            base.GetResponseAsync(messages, WithoutModel(options), cancellationToken);

        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            base.GetStreamingResponseAsync(messages, WithoutModel(options), cancellationToken);

        private static ChatOptions? WithoutModel(ChatOptions? options)
        {
            var own = options?.Clone();
            own?.ModelId = null;
            return own;
        }
    }
}
