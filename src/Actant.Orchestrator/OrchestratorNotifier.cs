using System.Collections.Concurrent;
using System.Text;
using Actant.Access;
using Actant.Api;
using Actant.Events;
using Actant.Hosting;
using Actant.Journaling;
using Microsoft.Extensions.Logging;

namespace Actant.Orchestrator;

/// <summary>Tells an orchestrator what executions do, over one WebSocket that is kept, and takes its commands; see <c>docs/orchestrator.md</c>.</summary>
public sealed partial class OrchestratorNotifier : IThreadObserver, IReadyCheck, IAsyncDisposable
{
    private readonly OrchestratorOptions _options;
    private readonly Func<ExecutionOperations> _operations;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly NotificationBuffer _buffer;
    private readonly OrchestratorSocket _socket;
    private readonly ConcurrentDictionary<ExecutionId, string?> _globalTasks = new();
    private long _dropped;
    private int _isDisposed;

    /// <summary>Begins to connect; what comes before it is there waits.</summary>
    /// <param name="options">Where to, and what the other side may ask.</param>
    /// <param name="operations">What can be asked; asked for when there is something.</param>
    /// <param name="time">For waiting.</param>
    /// <param name="logs">Where to log.</param>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public OrchestratorNotifier(OrchestratorOptions options, Func<ExecutionOperations> operations, TimeProvider time, ILoggerFactory logs)
    {
        OrchestratorOptions.Check(options);
        (_options, _operations, _time) = (options, operations, time);
        _log = logs.CreateLogger("Actant.Orchestrator");
        _buffer = new NotificationBuffer(options.BufferBytes);
        _socket = new OrchestratorSocket(options, new OrchestratorCommands(options, operations, time), _buffer, WriteAsync, time, _log);
    }

    /// <summary>How many notifications were dropped since the start, for want of room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <inheritdoc />
    public string Name => "orchestrator";

    /// <inheritdoc />
    public bool IsBroker => true;

    /// <inheritdoc />
    public ValueTask<string> CheckAsync(CancellationToken cancellationToken) => new(_socket.State);

    /// <inheritdoc />
    public void Published(ThreadKey thread, StreamEvent item)
    {
        switch (item)
        {
            case StreamEvent.DeltaPublished { Delta: var delta }:
                Add(new Notification
                {
                    Thread = thread,
                    Execution = delta.Execution,
                    Event = NotificationEvents.Token,
                    At = _time.GetUtcNow(),
                    MessageId = delta.MessageId,
                    Text = new StringBuilder(delta.Text),
                });
                break;
            case StreamEvent.Stored { Entry: { Execution: { } execution } entry }:
                Stored(thread, execution, entry);
                break;
        }
    }

    /// <inheritdoc />
    public void ToolStarts(ThreadKey thread, ToolStart call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.Attempt == 1)
        {
            Add(Of(thread, call.Execution, NotificationEvents.ToolRequested, _time.GetUtcNow(), NotificationData.ToolRequested(call)));
        }
    }

    /// <inheritdoc />
    public void Left(ThreadKey thread)
    {
        // Nothing is kept of a thread.
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _socket.DisposeAsync().ConfigureAwait(false);
            _buffer.Dispose();
        }
    }

    private void Stored(ThreadKey thread, ExecutionId execution, Entry entry)
    {
        switch (entry.Payload)
        {
            case ExecutionStarted started:
                Add(Of(thread, execution, NotificationEvents.Started, entry.At, NotificationData.Started(thread.Thread, started)));
                break;
            case ModelAnswered answered:
                Add(new Notification
                {
                    Thread = thread,
                    Execution = execution,
                    Event = NotificationEvents.Token,
                    At = entry.At,
                    MessageId = answered.Message.Id,
                    Text = new StringBuilder(),
                    IsFinal = true,
                });
                break;
            case ToolFinished finished:
                Add(Of(thread, execution, NotificationEvents.Progress, entry.At, NotificationData.ToolFinished(finished)));
                break;
            case Interrupted interrupted:
                Add(Of(thread, execution, NotificationEvents.Progress, entry.At, NotificationData.Interrupted(interrupted.Interrupt)));
                break;
            case Resumed resumed:
                Add(Of(thread, execution, NotificationEvents.Progress, entry.At, NotificationData.Resumed(resumed.InterruptId)));
                break;
            case ExecutionCompleted:
                Add(new Notification { Thread = thread, Execution = execution, Event = NotificationEvents.Completed, At = entry.At, IsEnd = true });
                break;
            case ExecutionFailed or ExecutionCancelled or ExecutionTimedOut:
                Add(new Notification
                {
                    Thread = thread,
                    Execution = execution,
                    Event = NotificationEvents.Failed,
                    At = entry.At,
                    IsEnd = true,
                    Failure = entry.Payload is ExecutionCancelled cancelled ? ExecutionCancelled.FailureOf(execution.ToString(), cancelled.Reason) : null,
                });
                break;
        }
    }

    private static Notification Of(ThreadKey thread, ExecutionId execution, string name, DateTimeOffset at, byte[] data) =>
        new() { Thread = thread, Execution = execution, Event = name, At = at, Data = data };

    private void Add(Notification item)
    {
        if (!_buffer.Add(item) && long.IsPow2(Interlocked.Increment(ref _dropped)))
        {
            LogDropped(_log, Dropped);
        }
    }

    /// <summary>The message of a notification; what it needs of the execution is read now.</summary>
    private async Task<byte[]> WriteAsync(Notification item, CancellationToken cancellationToken)
    {
        ExecutionView? view = null;
        if (item.Execution != default && (item.IsEnd || !_globalTasks.ContainsKey(item.Execution)))
        {
            var caller = new Caller(item.Thread.Tenant, Role.Viewer, KeyId: null);
            view = (await _operations().GetAsync(caller, new ExecutionCommand(item.Execution.ToString()), cancellationToken).ConfigureAwait(false)).Value;
            if (_globalTasks.Count >= 10_000)
            {
                _globalTasks.Clear();
            }

            _globalTasks[item.Execution] = view?.Labels?.GetValueOrDefault("global_task_id");
        }

        var globalTask = _globalTasks.GetValueOrDefault(item.Execution);
        if (item.IsEnd)
        {
            _globalTasks.TryRemove(item.Execution, out _);
        }

        var data = item.Data
            ?? (item.Text is { } text ? NotificationData.Token(text.ToString(), item.IsFinal)
            : NotificationData.Execution(view, item.Event == NotificationEvents.Completed ? "completed" : "failed", item.Failure));
        return EnvelopeWriter.Write(item, globalTask, data);
    }

    [LoggerMessage(EventId = 6101, Level = LogLevel.Warning, Message = "Notifications find no room while the orchestrator is away or slow: {Dropped} were dropped since the start. The next of each execution says how many of it")]
    private static partial void LogDropped(ILogger logger, long dropped);
}
