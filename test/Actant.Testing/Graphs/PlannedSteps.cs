using Actant.Graphs;

namespace Actant.Testing.Graphs;

/// <summary>The planner, which may be thrown away and told everything again before each step, as after a crash.</summary>
internal sealed class PlannedSteps(Graph graph, bool crashes) : IGraphSteps
{
    private readonly List<(string Name, IReadOnlyCollection<int> Live, bool Succeeded)> _ends = [];
    private readonly List<IReadOnlyList<string>> _starts = [];
    private StepPlanner _planner = new(graph);

    public string? Outcome =>
        _planner.Failure?.Code ?? (!_planner.IsOver ? null : _planner.HasOutput ? "completed" : "graph_stalled");

    public IReadOnlyList<string> Begin()
    {
        _starts.Add(Names(_planner.Begin()));
        return _starts[^1];
    }

    public IReadOnlyList<string> Finish(string name, IReadOnlyCollection<int> live, bool succeeded)
    {
        if (crashes)
        {
            Replay();
        }

        _ends.Add((name, live, succeeded));
        _starts.Add(Names(Finish(_planner, _ends[^1])));
        return _starts[^1];
    }

    /// <summary>Tells a fresh planner the same ends.</summary>
    /// <exception cref="InvalidOperationException">It said something else, or in another order.</exception>
    public void Replay()
    {
        var fresh = new StepPlanner(graph);
        for (var i = 0; i < _starts.Count; i++)
        {
            var starts = i == 0 ? fresh.Begin() : Finish(fresh, _ends[i - 1]);
            if (!Names(starts).SequenceEqual(_starts[i]))
            {
                throw new InvalidOperationException($"Replay of step {i} started {string.Join(' ', starts)}, at first {string.Join(' ', _starts[i])}.");
            }
        }

        _planner = fresh;
    }

    private IReadOnlyList<Activation> Finish(StepPlanner planner, (string Name, IReadOnlyCollection<int> Live, bool Succeeded) end) =>
        planner.Finish(Activation.Parse(graph, end.Name), end.Live, end.Succeeded);

    private static List<string> Names(IReadOnlyList<Activation> activations) => [.. activations.Select(activation => activation.Name)];
}
