using System.Diagnostics.CodeAnalysis;
using Actant.Steps;

namespace Actant.Loops;

/// <summary>Steps that wait for a slot, in the order in which they were planned.</summary>
internal sealed class PlannedSteps
{
    private readonly Queue<RunningStep> _queue = new();
    private readonly HashSet<StepKey> _keys = [];

    public int Count => _queue.Count;

    /// <summary>Whether a step of that key waits. Asked for every call of an answer, so it must not search.</summary>
    public bool Contains(StepKey key) => _keys.Contains(key);

    public void Enqueue(RunningStep step)
    {
        _queue.Enqueue(step);
        _keys.Add(step.Key);
    }

    public bool TryDequeue([NotNullWhen(true)] out RunningStep? step)
    {
        var found = _queue.TryDequeue(out step);
        if (found)
        {
            _keys.Remove(step!.Key);
        }

        return found;
    }

    public void RemoveAll(Predicate<RunningStep> which)
    {
        for (var left = _queue.Count; left > 0; left--)
        {
            var step = _queue.Dequeue();
            _keys.Remove(step.Key);
            if (!which(step))
            {
                Enqueue(step);
            }
        }
    }

    public void Clear()
    {
        _queue.Clear();
        _keys.Clear();
    }
}
