namespace Actant.Nats;

/// <summary>
/// Lets messages that name the same thread, or the same key, go one after the other as they came; all others go at once. It remembers those that are
/// under way, and for a while those that come again, so that what follows one of them does not pass it.
/// </summary>
/// <param name="memory">How long one that comes again is waited for: another node may have got it.</param>
/// <param name="time">The clock.</param>
internal sealed class MessageOrder(TimeSpan memory, TimeProvider time)
{
    private const int MostRemembered = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Turn> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ulong Sequence, long At)> _comeAgain = new(StringComparer.Ordinal);

    /// <summary>The next message, in the order of the stream.</summary>
    /// <param name="sequence">Its number in the stream.</param>
    /// <param name="names">What it names.</param>
    public Turn Enter(ulong sequence, IReadOnlyList<string> names)
    {
        lock (_lock)
        {
            Task[] before = [.. names.Select(_last.GetValueOrDefault).OfType<Turn>().Select(static turn => turn.Done)];
            var turn = new Turn(this, sequence, names, before.Length == 0 ? Task.CompletedTask : Task.WhenAll(before));
            foreach (var name in names)
            {
                _last[name] = turn;
            }

            return turn;
        }
    }

    private bool IsBehind(Turn turn)
    {
        lock (_lock)
        {
            return turn.Names.Any(name => _comeAgain.TryGetValue(name, out var earlier) && earlier.Sequence < turn.Sequence && time.GetElapsedTime(earlier.At) < memory);
        }
    }

    private void Leave(Turn turn, bool comesAgain)
    {
        lock (_lock)
        {
            foreach (var name in turn.Names)
            {
                if (_last.GetValueOrDefault(name) == turn)
                {
                    _last.Remove(name);
                }

                var isKnown = _comeAgain.TryGetValue(name, out var earlier);
                if (comesAgain && (!isKnown || earlier.Sequence >= turn.Sequence || time.GetElapsedTime(earlier.At) >= memory))
                {
                    Remember(name, turn.Sequence);
                }
                else if (isKnown && !comesAgain && earlier.Sequence == turn.Sequence)
                {
                    _comeAgain.Remove(name);
                }
            }
        }
    }

    private void Remember(string name, ulong sequence)
    {
        if (_comeAgain.Count >= MostRemembered)
        {
            foreach (var (over, _) in _comeAgain.Where(entry => time.GetElapsedTime(entry.Value.At) >= memory).ToList())
            {
                _comeAgain.Remove(over);
            }
        }

        if (_comeAgain.Count < MostRemembered)
        {
            _comeAgain[name] = (sequence, time.GetTimestamp());
        }
    }

    /// <summary>The place of one message, until it is disposed of.</summary>
    internal sealed class Turn(MessageOrder order, ulong sequence, IReadOnlyList<string> names, Task before) : IDisposable
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ulong Sequence { get; } = sequence;

        public IReadOnlyList<string> Names { get; } = names;

        public Task Done => _done.Task;

        /// <summary>Whether it comes again: those behind it do so too.</summary>
        public bool ComesAgain { get; set; }

        /// <summary>Whether one that came before it comes again. To be asked when its turn has come.</summary>
        public bool IsBehind => order.IsBehind(this);

        /// <summary>Until all before it are done with.</summary>
        public Task ComeAsync(CancellationToken cancellationToken) => before.WaitAsync(cancellationToken);

        public void Dispose()
        {
            order.Leave(this, ComesAgain);
            _done.TrySetResult();
        }
    }
}
