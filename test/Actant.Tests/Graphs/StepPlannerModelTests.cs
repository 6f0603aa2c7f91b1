using Actant.Definitions;
using Actant.Graphs;
using Actant.Testing.Graphs;

namespace Actant.Tests.Graphs;

/// <summary>
/// The planner against the reference model on generated graphs. <c>ACTANT_GRAPHS</c> sets how many there are;
/// <c>ACTANT_SEED</c> runs one of them again.
/// </summary>
[Trait("Row", "A1")]
public sealed class StepPlannerModelTests
{
    private const int MaxEnds = 150;

    [Fact]
    public void End_GeneratedGraphs_AgreesWithReferenceModel()
    {
        var seeds = Number("ACTANT_SEED") is { } seed
            ? Enumerable.Range(seed, 1)
            : Enumerable.Range(0, Number("ACTANT_GRAPHS") ?? 3000);

        var differences = seeds.AsParallel().Select(Difference).OfType<string>().OrderBy(difference => difference.Length).ToList();

        if (differences.Count > 0)
        {
            Assert.Fail($"{differences.Count} graphs differ; the shortest is\n{differences[0]}");
        }
    }

    [Fact]
    public void Generate_SomeHundredSeeds_ReachesEveryRule()
    {
        var seen = new HashSet<string>();
        for (var seed = 0; seed < 400; seed++)
        {
            var definition = GraphGenerator.Generate(seed, Check);
            var run = new GraphRun(definition, nested => new PlannedSteps(Graph.Compile(nested), crashes: false), new OutcomeOracle(seed), MaxEnds);
            while (run.Outcome is null)
            {
                run.Step();
            }

            seen.Add(run.Outcome);
            seen.UnionWith(run.Activations.Where(path => path.Contains('/')).Select(_ => "nested graph"));
            seen.UnionWith(run.Activations.Where(path => !path.Contains('/')).SelectMany(path => Numbered(definition, path)));
        }

        string[] rules =
        [
            "completed", "cycle_limit", "graph_stalled", "node_failed", "nested graph", "iteration 2 in iteration 2",
            "iteration 2 in arrival 2", "arrival 2 in iteration 2", "arrival 2 in arrival 2",
        ];
        Assert.Equal([], rules.Except(seen));
    }

    /// <summary>What stands out in the numbers of an activation.</summary>
    private static IEnumerable<string> Numbered(GraphDefinition definition, string name)
    {
        var words = name.Split('#', '.');
        var parts = new ReferenceShape(definition).PartsOf[definition.Nodes.Index().First(node => node.Item.Name == words[0]).Index];
        var high = parts.Where((_, depth) => words[depth + 1] != "1").Select(part => part.IsCycle ? "iteration 2" : "arrival 2").ToList();
        return high.Concat(high.Zip(high.Skip(1), (outer, inner) => $"{inner} in {outer}"));
    }

    /// <summary>Where the two differ, with the seed and the graph.</summary>
    private static string? Difference(int seed)
    {
        var definition = GraphGenerator.Generate(seed, Check);
        try
        {
            Compare(definition, new OutcomeOracle(seed), crashes: seed % 8 == 0);
            return null;
        }
        catch (Exception exception)
        {
            return $"ACTANT_SEED={seed}\n{GraphText.Of(definition)}\n{exception}";
        }
    }

    private static void Compare(GraphDefinition definition, OutcomeOracle oracle, bool crashes)
    {
        var shapes = new Dictionary<GraphDefinition, ReferenceShape>(ReferenceEqualityComparer.Instance);
        var graphs = new Dictionary<GraphDefinition, Graph>(ReferenceEqualityComparer.Instance);
        var planners = new List<PlannedSteps>();
        var actual = new GraphRun(definition, Plan, oracle, MaxEnds);
        var expected = new GraphRun(definition, Model, oracle, MaxEnds);
        while (expected.Outcome is null)
        {
            Assert.Equal(expected.Running, actual.Running);
            expected.Step();
            actual.Step();
        }

        Assert.Equal(expected.Outcome, actual.Outcome);
        Assert.Equal(expected.Activations, actual.Activations);
        Assert.Equal(expected.State, actual.State);
        planners.ForEach(planner => planner.Replay());

        PlannedSteps Plan(GraphDefinition nested)
        {
            planners.Add(new PlannedSteps(Once(graphs, nested, Graph.Compile), crashes));
            return planners[^1];
        }

        ReferenceModel Model(GraphDefinition nested) => new(nested, Once(shapes, nested, d => new ReferenceShape(d)));
    }

    /// <summary>Both must allow the same graphs.</summary>
    private static bool Check(GraphDefinition definition)
    {
        var problems = GraphAnalysis.Check(definition);
        if (new ReferenceShape(definition).IsValid != (problems.Count == 0))
        {
            Assert.Fail($"Analysis: {string.Join(' ', problems)}\n{GraphText.Of(definition)}");
        }

        return problems.Count == 0;
    }

    private static TValue Once<TValue>(Dictionary<GraphDefinition, TValue> known, GraphDefinition definition, Func<GraphDefinition, TValue> make) =>
        known.TryGetValue(definition, out var value) ? value : known[definition] = make(definition);

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : null;
}
