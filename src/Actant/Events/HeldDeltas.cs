using Actant.Journaling;

namespace Actant.Events;

/// <summary>
/// Deltas that came before the story that they belong behind was stored: a reader sees the question first. Used under the lock of their
/// <see cref="LiveThread"/>.
/// </summary>
internal sealed class HeldDeltas
{
    private readonly List<AnswerDelta> _deltas = [];

    /// <summary>Whether there are some.</summary>
    public bool Any => _deltas.Count > 0;

    /// <summary>Holds one back.</summary>
    public void Add(AnswerDelta delta) => _deltas.Add(delta);

    /// <summary>The answer was given up. Nobody has seen what is held.</summary>
    public void Forget(string messageId)
    {
        if (Any)
        {
            _deltas.RemoveAll(delta => delta.MessageId == messageId);
        }
    }

    /// <summary>An entry was stored: what it settles needs no deltas any more.</summary>
    public void Settle(Entry entry)
    {
        if (Any)
        {
            _deltas.RemoveAll(delta => delta.IsSettledBy(entry));
        }
    }

    /// <summary>Everything up to a position is stored.</summary>
    /// <returns>What may be shown now, in its order.</returns>
    public IReadOnlyList<AnswerDelta> Take(long stored)
    {
        if (!Any)
        {
            return [];
        }

        var ready = _deltas.FindAll(delta => delta.After <= stored);
        _deltas.RemoveAll(delta => delta.After <= stored);
        return ready;
    }

    /// <summary>Their owner has gone.</summary>
    public void Clear() => _deltas.Clear();
}
