using Actant.Events;

namespace Actant.Redis;

/// <summary>
/// What waits to be published, in the order of each thread, bounded in bytes for each tenant and for all. Pieces of an answer that nothing came
/// between are joined while they wait. Ends are not counted: who hands them in waits for them, and has a bound of its own. Safe for concurrent use.
/// </summary>
internal sealed class StreamBuffer(long maxBytes) : IDisposable
{
    private const int ItemBytes = 128;
    private const int ItemsInARow = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<ThreadKey, ThreadQueue> _threads = [];
    private readonly Queue<ThreadQueue> _ready = [];
    private readonly Dictionary<TenantId, long> _held = [];
    private readonly SemaphoreSlim _signal = new(0, 1);
    private long _total;

    /// <summary>What is held, in bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _total;
            }
        }
    }

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _ready.Count == 0;
            }
        }
    }

    /// <summary>A piece of an answer came. <c>false</c> where there was no room for it.</summary>
    public bool Add(ThreadKey thread, AnswerDelta delta)
    {
        lock (_lock)
        {
            var queue = Of(thread);
            if (!queue.Answers.TryGetValue(delta.MessageId, out var answer))
            {
                queue.Answers.Add(delta.MessageId, answer = new AnswerText());
            }

            var piece = queue.Last is StreamItem.Piece last && last.Answer == answer ? last : null;
            var bytes = (2L * delta.Text.Length) + (piece is null ? ItemBytes : 0);
            if (answer.IsLost || delta.Offset != answer.Length || !TryCharge(thread.Tenant, bytes))
            {
                Lose(queue, answer);
                return false;
            }

            answer.Charge += bytes;
            answer.Append(delta.Text);
            if (piece is null)
            {
                answer.Waiting++;
                Enqueue(queue, piece = new StreamItem.Piece(answer));
            }

            piece.To = answer.Length;
            return true;
        }
    }

    /// <summary>An answer begins again: what was sent of it is void, and the next piece says so by what it repeats.</summary>
    public void Restart(ThreadKey thread, string messageId)
    {
        lock (_lock)
        {
            if (_threads.TryGetValue(thread, out var queue) && queue.Answers.Remove(messageId, out var answer))
            {
                answer.IsSettled = true;
                ReleaseIfDone(queue, answer);
                queue.Answers.Add(messageId, new AnswerText());
            }
        }
    }

    /// <summary>An answer is finished: what is left of it goes.</summary>
    public void Settle(ThreadKey thread, string messageId)
    {
        lock (_lock)
        {
            if (_threads.TryGetValue(thread, out var queue) && queue.Answers.Remove(messageId, out var answer))
            {
                answer.IsSettled = true;
                if (queue.Last is StreamItem.Piece last && last.Answer == answer)
                {
                    last.IsLast = true;
                }
                else if (answer is { HasMore: true, IsLost: false })
                {
                    answer.Waiting++;
                    Enqueue(queue, new StreamItem.Piece(answer) { To = answer.Length, IsLast = true });
                }

                ReleaseIfDone(queue, answer);
                ForgetIfDone(queue);
            }
        }
    }

    /// <summary>A whole message. <c>false</c> where there was no room for it.</summary>
    public bool Add(ThreadKey thread, byte[] body)
    {
        lock (_lock)
        {
            var charge = body.Length + (long)ItemBytes;
            if (!TryCharge(thread.Tenant, charge))
            {
                return false;
            }

            Enqueue(Of(thread), new StreamItem.Whole(body) { Charge = charge });
            return true;
        }
    }

    /// <summary>The end of an execution.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="body">The message.</param>
    /// <param name="sent">Told to how many it was sent; one that is told by somebody else before is not sent.</param>
    public void AddEnd(ThreadKey thread, byte[] body, TaskCompletionSource<long?> sent)
    {
        lock (_lock)
        {
            Enqueue(Of(thread), new StreamItem.Whole(body) { Sent = sent });
        }
    }

    /// <summary>Nothing of the thread's answers follows from here.</summary>
    public void Leave(ThreadKey thread)
    {
        lock (_lock)
        {
            if (_threads.TryGetValue(thread, out var queue))
            {
                foreach (var answer in queue.Answers.Values)
                {
                    answer.IsSettled = true;
                    ReleaseIfDone(queue, answer);
                }

                queue.Answers.Clear();
                ForgetIfDone(queue);
            }
        }
    }

    /// <summary>Until something is to be published.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _signal.WaitAsync(cancellationToken);

    /// <summary>What is published next: some of each thread in turn, until it is so many bytes. It is held no longer.</summary>
    public List<StreamMessage> Take(int bytes)
    {
        var taken = new List<StreamMessage>();
        lock (_lock)
        {
            while (bytes > 0 && _ready.TryDequeue(out var queue))
            {
                for (var count = 0; count < ItemsInARow && bytes > 0 && queue.Items.TryDequeue(out var item); count++)
                {
                    if (Take(queue, item) is { } message)
                    {
                        taken.Add(message);
                        bytes -= message.Body.Length;
                    }
                }

                if (queue.Items.Count > 0)
                {
                    _ready.Enqueue(queue);
                }
                else
                {
                    queue.Last = null;
                    ForgetIfDone(queue);
                }
            }

            if (_ready.Count > 0)
            {
                Signal();
            }
        }

        return taken;
    }

    /// <inheritdoc />
    public void Dispose() => _signal.Dispose();

    private StreamMessage? Take(ThreadQueue queue, StreamItem item)
    {
        switch (item)
        {
            case StreamItem.Piece piece:
                var text = piece.Answer.Take(piece.To, piece.IsLast);
                piece.Answer.Waiting--;
                ReleaseIfDone(queue, piece.Answer);
                return text is null ? null : new StreamMessage(queue.Channel, text, null);
            case StreamItem.Whole whole:
                Release(queue.Thread.Tenant, whole.Charge);
                return whole.Sent is { Task.IsCompleted: true } ? null : new StreamMessage(queue.Channel, whole.Body, whole.Sent);
            default:
                throw new InvalidOperationException($"An item of type {item.GetType()} cannot be published.");
        }
    }

    private ThreadQueue Of(ThreadKey thread)
    {
        if (!_threads.TryGetValue(thread, out var queue))
        {
            _threads.Add(thread, queue = new ThreadQueue(thread));
        }

        return queue;
    }

    private void Enqueue(ThreadQueue queue, StreamItem item)
    {
        queue.Items.Enqueue(item);
        queue.Last = item;
        if (queue.Items.Count == 1)
        {
            _ready.Enqueue(queue);
            Signal();
        }
    }

    private void Signal()
    {
        if (_signal.CurrentCount == 0)
        {
            _signal.Release();
        }
    }

    private void Lose(ThreadQueue queue, AnswerText answer)
    {
        answer.Lose();
        Release(queue.Thread.Tenant, answer.Charge);
        answer.Charge = 0;
    }

    private void ReleaseIfDone(ThreadQueue queue, AnswerText answer)
    {
        if (answer is { IsSettled: true, Waiting: 0 })
        {
            Release(queue.Thread.Tenant, answer.Charge);
            answer.Charge = 0;
        }
    }

    private void ForgetIfDone(ThreadQueue queue)
    {
        if (queue.Items.Count == 0 && queue.Answers.Count == 0)
        {
            _threads.Remove(queue.Thread);
        }
    }

    private bool TryCharge(TenantId tenant, long bytes)
    {
        var held = _held.GetValueOrDefault(tenant);
        if (_total + bytes > maxBytes || held + bytes > maxBytes / 4)
        {
            return false;
        }

        _total += bytes;
        _held[tenant] = held + bytes;
        return true;
    }

    private void Release(TenantId tenant, long bytes)
    {
        if (bytes == 0)
        {
            return;
        }

        _total -= bytes;
        var held = _held[tenant] - bytes;
        if (held == 0)
        {
            _held.Remove(tenant);
        }
        else
        {
            _held[tenant] = held;
        }
    }

    private sealed class ThreadQueue(ThreadKey thread)
    {
        public ThreadKey Thread { get; } = thread;

        public string Channel { get; } = StreamChannel.Of(thread);

        public Queue<StreamItem> Items { get; } = [];

        public StreamItem? Last { get; set; }

        public Dictionary<string, AnswerText> Answers { get; } = new(StringComparer.Ordinal);
    }
}
