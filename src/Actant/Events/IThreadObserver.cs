namespace Actant.Events;

/// <summary>
/// Hears what the loops of this process publish, thread by thread in order: what any reader of the thread would be shown, and when calls of
/// tools begin. What other nodes run is heard there. After a crash the node that takes a thread over goes on; an end that must not be missed goes
/// through the outbox (<see cref="Outbox.DeliveryOptions.Always"/>).
/// </summary>
/// <remarks>
/// It is called while the thread is locked, by whoever runs it: it must return at once and never wait. An exception is logged and ends nothing.
/// </remarks>
public interface IThreadObserver
{
    /// <summary>Something was published. The same thread is never told of by two callers at once; different threads are.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="item">An entry that is stored, a piece of an answer, or that an answer begins again.</param>
    void Published(ThreadKey thread, StreamEvent item);

    /// <summary>A tool is about to be called, once more where it was called before.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="call">The call.</param>
    void ToolStarts(ThreadKey thread, ToolStart call);

    /// <summary>The loop of this process has left the thread: nothing of it follows from here, until a loop of this process takes it again.</summary>
    /// <param name="thread">The thread.</param>
    void Left(ThreadKey thread);
}
