using Actant.Definitions;

namespace Actant.Testing.Graphs;

/// <summary>
/// A graph in a few words: <c>a, b:any:3:Fallback; a -> b, b ?> a, b !> end</c>. Behind a node stand its join, whether it is an
/// output, its limit and its error strategy, all optional; <c>?></c> is a conditional edge, <c>!></c> an error edge,
/// <c>=></c> an orchestration.
/// </summary>
public static class GraphText
{
    public static string Of(GraphDefinition graph)
    {
        var nodes = graph.Nodes.Select(node =>
            node.Name
            + (node.Join == Join.Any ? ":any" : "")
            + (node.IsOutput ? ":out" : "")
            + (node.MaxIterations is { } limit ? $":{limit}" : "")
            + (node.OnError.Strategy == ErrorStrategy.FailFast ? "" : $":{node.OnError.Strategy}")
            + (node.Graph is { } nested ? $" {{ {Of(nested)} }}" : ""));
        var edges = graph.Edges.Select(edge => $"{edge.From} {Arrow(edge.Type)} {edge.To}");
        return $"{string.Join(", ", nodes)}; {string.Join(", ", edges)}";
    }

    /// <summary>Reads a graph without nested ones.</summary>
    public static GraphDefinition Parse(string text)
    {
        var parts = text.Split(';');
        return new GraphDefinition
        {
            Nodes = [.. Items(parts[0]).Select(ParseNode)],
            Edges = parts.Length == 1 ? [] : [.. Items(parts[1]).Select(ParseEdge)],
        };
    }

    private static NodeDefinition ParseNode(string text)
    {
        var words = text.Split(':');
        return new NodeDefinition
        {
            Name = words[0],
            Type = NodeType.Transform,
            Join = words.Contains("any") ? Join.Any : Join.All,
            IsOutput = words.Contains("out"),
            MaxIterations = words.Skip(1).Where(word => char.IsAsciiDigit(word[0])).Select(int.Parse).Cast<int?>().FirstOrDefault(),
            OnError = new ErrorPolicy { Strategy = Enum.GetValues<ErrorStrategy>().FirstOrDefault(strategy => words.Contains($"{strategy}")) },
        };
    }

    private static EdgeDefinition ParseEdge(string text)
    {
        var words = text.Split(' ');
        return new EdgeDefinition(words[0], words[2], Enum.GetValues<EdgeType>().First(type => Arrow(type) == words[1]));
    }

    private static string[] Items(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Arrow(EdgeType type) => type switch
    {
        EdgeType.Conditional => "?>",
        EdgeType.Error => "!>",
        EdgeType.Orchestration => "=>",
        _ => "->",
    };
}
