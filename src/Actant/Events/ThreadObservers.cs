using Microsoft.Extensions.Logging;

namespace Actant.Events;

/// <summary>Who hears what this process publishes. What one does wrong is logged, and is nobody else's trouble.</summary>
internal sealed partial class ThreadObservers(IEnumerable<IThreadObserver> observers, ILogger log)
{
    private readonly IThreadObserver[] _all = [.. observers];
    private int _faults;

    /// <summary>Whether there are some.</summary>
    public bool Any => _all.Length > 0;

    /// <summary>Something was published.</summary>
    public void Published(ThreadKey thread, StreamEvent item) => Tell((thread, item), static (observer, what) => observer.Published(what.thread, what.item));

    /// <summary>A tool is about to be called.</summary>
    public void ToolStarts(ThreadKey thread, ToolStart call) => Tell((thread, call), static (observer, what) => observer.ToolStarts(what.thread, what.call));

    /// <summary>Nothing of a thread follows from here.</summary>
    public void Left(ThreadKey thread) => Tell(thread, static (observer, what) => observer.Left(what));

    private void Tell<T>(T what, Action<IThreadObserver, T> tell)
    {
        foreach (var observer in _all)
        {
            try
            {
                tell(observer, what);
            }
            catch (Exception exception)
            {
                Failed(exception, observer);
            }
        }
    }

    /// <summary>At once, and then rarely: it may fail with each piece of each answer.</summary>
    private void Failed(Exception exception, IThreadObserver observer)
    {
        var faults = Interlocked.Increment(ref _faults);
        if (System.Numerics.BitOperations.IsPow2(faults))
        {
            LogFailed(log, exception, observer.GetType().Name, faults);
        }
    }

    [LoggerMessage(EventId = 1040, Level = LogLevel.Error, Message = "The observer {Observer} failed; observers have failed {Faults} times since the start")]
    private static partial void LogFailed(ILogger logger, Exception exception, string observer, int faults);
}
