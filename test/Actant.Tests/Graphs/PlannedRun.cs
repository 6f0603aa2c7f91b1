using Actant.Definitions;
using Actant.Graphs;
using Actant.Testing.Graphs;

namespace Actant.Tests.Graphs;

/// <summary>A planner that is spoken to in names: what is ended and what starts is written as in the journal.</summary>
internal sealed class PlannedRun
{
    private readonly Graph _graph;

    public PlannedRun(string graph)
        : this(GraphText.Parse(graph))
    {
    }

    public PlannedRun(GraphDefinition graph)
    {
        _graph = Graph.Compile(graph);
        Planner = new StepPlanner(_graph);
        Begun = Names(Planner.Begin());
    }

    public StepPlanner Planner { get; }

    /// <summary>What started first.</summary>
    public string Begun { get; }

    /// <summary>Ends an activation that takes all its edges, error edges aside, or only those to the targets named.</summary>
    public string Finish(string activation, string? takes = null)
    {
        var ended = Activation.Parse(_graph, activation);
        var live = ended.Node.Outgoing
            .Where(edge => takes is null ? edge.Type != EdgeType.Error : takes.Split(' ').Contains(edge.To?.Name))
            .Select(edge => edge.Index);
        return Names(Planner.Finish(ended, [.. live]));
    }

    /// <summary>Fails an activation whose strategy is <c>fallback</c>.</summary>
    public string Fail(string activation)
    {
        var ended = Activation.Parse(_graph, activation);
        var live = ended.Node.Outgoing.Where(edge => edge.Type == EdgeType.Error).Select(edge => edge.Index);
        return Names(Planner.Finish(ended, [.. live], succeeded: false));
    }

    private static string Names(IReadOnlyList<Activation> activations) => string.Join(' ', activations.Select(activation => activation.Name));
}
