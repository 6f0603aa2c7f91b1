using Actant.Events;
using Actant.Executions;
using Actant.Journaling;

namespace Actant.Testing.Executions;

/// <summary>What a reader has understood of a stream, whether it read in one go or came back many times. Fails on what breaks its promises.</summary>
public sealed class Transcript
{
    private readonly Dictionary<string, string> _unfinished = new(StringComparer.Ordinal);

    private readonly List<string> _log = [];
    private int _patience;

    /// <summary>Where to go on.</summary>
    public EventId? Last { get; private set; }

    /// <summary>The stored entries, in order.</summary>
    public List<(long Position, Guid Id)> Entries { get; } = [];

    /// <summary>The text of every finished answer by its id.</summary>
    public SortedDictionary<string, string> Messages { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers that were given up.</summary>
    public List<string> Restarts { get; } = [];

    public bool HasEnded { get; private set; }

    /// <summary>Every event, for a test that waits for one.</summary>
    public Arrivals<StreamEvent> Seen { get; } = new();

    /// <summary>Reads on from the last place, to the end or until so many events came.</summary>
    public async Task<Transcript> ReadAsync(ExecutionClient client, ExecutionId execution, Func<int, bool>? leaves = null, CancellationToken stop = default)
    {
        var (count, came) = (0, Last);
        lock (_unfinished)
        {
            _log.Add($"— reads after {Last?.ToString() ?? "nothing"}");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, TestContext.Current.CancellationToken);
        await foreach (var item in client.EventsAsync(execution, Last, either.Token))
        {
            Add(item);
            if (leaves?.Invoke(++count - _patience) == true)
            {
                // Who leaves before it has passed a place hears the same again: it stays a little longer next time.
                _patience = Last <= came ? _patience + 1 : 0;
                break;
            }
        }

        return this;
    }

    /// <summary>What was shown of answers that are not finished.</summary>
    public IReadOnlyDictionary<string, string> Shown
    {
        get
        {
            lock (_unfinished)
            {
                return new Dictionary<string, string>(_unfinished, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>All that came, for a message.</summary>
    public string Log
    {
        get
        {
            lock (_unfinished)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Ends with the first delta of that text.</summary>
    public Task SawAsync(string delta) => Seen.NextAsync(item => item is StreamEvent.DeltaPublished published && published.Delta.Text == delta);

    private void Add(StreamEvent item)
    {
        lock (_unfinished)
        {
            Take(item);
        }

        Seen.Add(item);
    }

    private void Take(StreamEvent item)
    {
        _log.Add($"{item.Id} {item switch
        {
            StreamEvent.DeltaPublished { Delta: var delta } => $"{delta.MessageId} at {delta.Offset}: \"{delta.Text}\"",
            StreamEvent.AnswerRestarted { Delta.MessageId: var message } => $"{message} begins again",
            StreamEvent.Stored { Entry: var entry } => entry.Payload.GetType().Name + (entry.Payload is ModelAnswered { Message: var said } ? $" {said.Id}: \"{said.Text}\"" : ""),
            _ => "",
        }}");
        try
        {
            Understand(item);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{exception.Message}\n{string.Join('\n', _log)}", exception);
        }
    }

    private void Understand(StreamEvent item)
    {
        Assert.False(HasEnded, $"{item} came after the end.");
        Assert.True(Last is null || item.Id > Last || (item.Id >= Last && item is not StreamEvent.Stored), $"{item} came after {Last}.");

        // As it is written for who comes back with it.
        Assert.True(EventId.TryParse(item.Id.ToString(), out var place));
        Last = place;
        switch (item)
        {
            case StreamEvent.DeltaPublished { Delta: var delta }:
                var text = _unfinished.GetValueOrDefault(delta.MessageId, "");
                Assert.Equal(text.Length, delta.Offset);
                _unfinished[delta.MessageId] = text + delta.Text;
                break;
            case StreamEvent.AnswerRestarted { Delta.MessageId: var message }:
                // One who came back past the place where deltas were is told so, too: a place does not tell what was seen before it.
                if (_unfinished.Remove(message))
                {
                    Restarts.Add(message);
                }

                break;
            case StreamEvent.Stored { Entry: var entry }:
                Entries.Add((entry.Position, entry.Id));
                Add(entry);
                break;
        }
    }

    private void Add(Entry entry)
    {
        switch (entry.Payload)
        {
            case ModelAnswered { Message: var message }:
                if (_unfinished.Remove(message.Id!, out var shown))
                {
                    Assert.StartsWith(shown, message.Text, StringComparison.Ordinal);
                }

                Messages.Add(message.Id!, message.Text);
                break;
            case ExecutionCompleted or ExecutionFailed or ExecutionCancelled or ExecutionTimedOut:
                HasEnded = true;
                break;
        }
    }
}
