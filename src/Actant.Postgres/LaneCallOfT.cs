namespace Actant.Postgres;

/// <summary>A call with its answer, which is handed over only after the commit.</summary>
internal abstract class LaneCall<T> : LaneCall
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private T? _answer;
    private Exception? _refusal;

    public Task<T> Task => _completion.Task;

    /// <summary>What the caller gets if the batch is committed.</summary>
    public void Answer(T answer) => (_answer, _refusal) = (answer, null);

    /// <summary>A fault of this caller; nothing of its call was stored, and the others are not touched by it.</summary>
    public void Refuse(Exception refusal) => _refusal = refusal;

    public override void Complete()
    {
        if (_refusal is null)
            _completion.TrySetResult(_answer!);
        else
            _completion.TrySetException(_refusal);
    }

    public override void Fail(Exception exception) => _completion.TrySetException(exception);

    protected override void SetCancelled(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
