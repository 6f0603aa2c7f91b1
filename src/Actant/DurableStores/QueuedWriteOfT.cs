namespace Actant.DurableStores;

/// <summary>A write with its answer, which is handed over only after the commit.</summary>
internal abstract class QueuedWrite<T> : QueuedWrite
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private T? _answer;
    private Exception? _refusal;

    public Task<T> Task => _completion.Task;

    /// <summary>What the caller gets if the batch is committed. A batch may be tried again: the last word counts.</summary>
    public void Answer(T answer) => (_answer, _refusal) = (answer, null);

    public sealed override void Refuse(Exception refusal) => _refusal = refusal;

    public sealed override void Complete()
    {
        if (_refusal is null)
            _completion.TrySetResult(_answer!);
        else
            _completion.TrySetException(_refusal);
    }

    protected sealed override void SetCancelled(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
