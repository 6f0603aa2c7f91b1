using Actant.Journaling;

namespace Actant.Events;

/// <summary>The answers of a thread that were published in part and are not stored yet. Used under the lock of its <see cref="LiveThread"/>.</summary>
internal sealed class UnfinishedAnswers
{
    private readonly List<UnfinishedAnswer> _answers = [];

    /// <summary>The answer of that id; <c>null</c> if nothing of it was published.</summary>
    public UnfinishedAnswer? Find(string messageId)
    {
        foreach (var answer in _answers)
        {
            if (answer.MessageId == messageId)
            {
                return answer;
            }
        }

        return null;
    }

    /// <summary>A delta was published.</summary>
    /// <param name="id">Its place.</param>
    /// <param name="delta">The delta.</param>
    /// <param name="run">The place where its attempt began to be published.</param>
    /// <returns>Whether it goes on where the answer was; if not, it is not kept.</returns>
    public bool TryAdd(EventId id, AnswerDelta delta, out EventId run)
    {
        run = id;
        var answer = Find(delta.MessageId);
        if (answer is null)
        {
            if (delta.Offset > 0)
            {
                return false;
            }

            _answers.Add(answer = new UnfinishedAnswer(delta, id, id));
        }

        run = answer.Run;
        return answer.TryAdd(id, delta);
    }

    /// <summary>An answer began again. Kept for readers who saw what is void now, and come back.</summary>
    public void Restart(StreamEvent.AnswerRestarted restarted)
    {
        if (Find(restarted.Delta.MessageId) is { } answer)
        {
            answer.Restart(restarted.Id, restarted.Delta);
        }
        else
        {
            _answers.Add(new UnfinishedAnswer(restarted.Delta, restarted.Id, restarted.Earliest));
        }
    }

    /// <summary>An entry was stored: answers that it settles are finished.</summary>
    public void Settle(Entry entry)
    {
        for (var i = _answers.Count - 1; i >= 0; i--)
        {
            if (_answers[i].IsSettledBy(entry))
            {
                _answers.RemoveAt(i);
            }
        }
    }

    /// <summary>Nobody goes on with any.</summary>
    public void Clear() => _answers.Clear();

    /// <summary>What a reader who joins must know.</summary>
    public IReadOnlyList<PublishedAnswer> ToPublished() => [.. _answers.Select(static answer => answer.ToPublished())];
}
