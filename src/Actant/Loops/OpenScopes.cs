using System.Diagnostics.CodeAnalysis;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;

namespace Actant.Loops;

/// <summary>The scopes that are being run, and their activations that something happened to.</summary>
internal sealed class OpenScopes
{
    private readonly Dictionary<string, ScopeRun> _runs = new(StringComparer.Ordinal);
    private readonly WorkQueue _work = new();

    /// <summary>The execution's own scope.</summary>
    public ScopeRun Root => _runs[""];

    /// <summary>Whether activations wait to be looked at.</summary>
    public bool HasWork => _work.Count > 0;

    /// <summary>Whether a scope is being run.</summary>
    public bool Contains(string path) => _runs.ContainsKey(path);

    /// <summary>A scope that is being run.</summary>
    public bool TryGet(string path, [NotNullWhen(true)] out ScopeRun? run) => _runs.TryGetValue(path, out run);

    /// <summary>A scope is run from now on; its activations are looked at.</summary>
    public void Open(ScopeRun run, IReadOnlyList<Activation> running)
    {
        _runs[run.Path] = run;
        foreach (var activation in running)
        {
            Enqueue(run, activation);
        }
    }

    /// <summary>Forgets the scopes at and below a path.</summary>
    public void Close(string path)
    {
        foreach (var inner in _runs.Keys.Where(inner => inner.Length > 0 && ScopePath.IsAtOrBelow(inner, path)).ToList())
        {
            _runs.Remove(inner);
        }
    }

    /// <summary>Whether an activation still runs, in a scope that still does.</summary>
    public bool IsRunning(ScopeRun run, Activation activation) => _runs.GetValueOrDefault(run.Path) == run && run.Planner.IsRunning(activation);

    /// <summary>Something happened to an activation: it is looked at.</summary>
    public void Enqueue(ScopeRun run, Activation activation) => _work.Enqueue((run, activation));

    /// <summary>Something happened to activations: those that run are looked at.</summary>
    /// <param name="which">Tells by the path of the scope and the name of the activation.</param>
    public void EnqueueAll(Func<string, string, bool> which)
    {
        foreach (var run in _runs.Values)
        {
            foreach (var activation in run.Planner.Running.Where(activation => which(run.Path, activation.Name)))
            {
                Enqueue(run, activation);
            }
        }
    }

    /// <summary>The next activation to look at. It may not run any more.</summary>
    public bool TryDequeue(out (ScopeRun Run, Activation Activation) item) => _work.TryDequeue(out item);

    /// <summary>Nothing is looked at any more.</summary>
    public void ClearWork() => _work.Clear();

    /// <summary>Nothing is run any more.</summary>
    public void Clear()
    {
        _runs.Clear();
        _work.Clear();
    }
}
