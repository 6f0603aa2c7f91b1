using Actant.Graphs;
using Actant.Nodes;

namespace Actant.Loops;

/// <summary>
/// Activations that something happened to. One that is in it already is not put in again: it is looked at as a whole, and a thousand
/// calls that end together must not have it looked at a thousand times.
/// </summary>
internal sealed class WorkQueue
{
    private readonly Queue<(ScopeRun Run, Activation Activation)> _queue = new();
    private readonly HashSet<(ScopeRun Run, Activation Activation)> _waiting = [];

    public int Count => _queue.Count;

    public void Enqueue((ScopeRun Run, Activation Activation) item)
    {
        if (_waiting.Add(item))
        {
            _queue.Enqueue(item);
        }
    }

    public bool TryDequeue(out (ScopeRun Run, Activation Activation) item) => _queue.TryDequeue(out item) && _waiting.Remove(item);

    public void Clear()
    {
        _queue.Clear();
        _waiting.Clear();
    }
}
