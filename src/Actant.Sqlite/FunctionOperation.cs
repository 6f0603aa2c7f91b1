namespace Actant.Sqlite;

/// <summary>A write whose work is a function.</summary>
internal sealed class FunctionOperation<T>(Func<WriteScope, T> work) : WriteOperation
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _failure;

    public Task<T> Task => _completion.Task;

    public override void Execute(WriteScope scope)
    {
        _failure = null;
        _result = work(scope);
    }

    public override void Fail(Exception exception) => _failure = exception;

    public override void Complete()
    {
        if (_failure is null)
            _completion.TrySetResult(_result!);
        else
            _completion.TrySetException(_failure);
    }

    protected override void SetCancelled(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
