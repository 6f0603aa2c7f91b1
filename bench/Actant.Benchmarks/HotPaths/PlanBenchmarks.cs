using Actant.Definitions;
using Actant.Graphs;
using BenchmarkDotNet.Attributes;

namespace Actant.Benchmarks.HotPaths;

public class PlanBenchmarks
{
    private readonly Graph _small = Graph.Compile(Layers(width: 1, depth: 3));
    private readonly Graph _large = Graph.Compile(Layers(width: 5, depth: 12));

    [Benchmark(Baseline = true, Description = "a run through a graph of 3 nodes")]
    public int Small() => Walk(_small);

    [Benchmark(Description = "a run through a graph of 60 nodes, each joining two")]
    public int Large() => Walk(_large);

    private static int Walk(Graph graph)
    {
        var (planner, ended) = (new StepPlanner(graph), 0);
        var running = new Queue<Activation>(planner.Begin());
        while (running.TryDequeue(out var activation))
        {
            ended++;
            foreach (var started in planner.Finish(activation, [.. activation.Node.Outgoing.Select(edge => edge.Index)]))
            {
                running.Enqueue(started);
            }
        }

        return ended;
    }

    /// <summary>Layers of nodes, each leading to its own place in the next layer and to the place beside it.</summary>
    private static GraphDefinition Layers(int width, int depth)
    {
        var edges = new List<EdgeDefinition>();
        for (var layer = 0; layer < depth - 1; layer++)
        {
            for (var place = 0; place < width; place++)
            {
                edges.Add(new EdgeDefinition(Name(layer, place), Name(layer + 1, place), EdgeType.Direct));
                if (width > 1)
                {
                    edges.Add(new EdgeDefinition(Name(layer, place), Name(layer + 1, (place + 1) % width), EdgeType.Direct));
                }
            }
        }

        var names = from layer in Enumerable.Range(0, depth) from place in Enumerable.Range(0, width) select Name(layer, place);
        return new GraphDefinition { Nodes = [.. names.Select(name => new NodeDefinition { Name = name, Type = NodeType.Transform })], Edges = edges };
    }

    private static string Name(int layer, int place) => $"n{layer}_{place}";
}
