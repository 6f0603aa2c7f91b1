namespace Actant.Storage;

/// <summary>A signal in an inbox.</summary>
/// <param name="Number">Its number in the thread; grows by one with each signal.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Execution">The execution it is meant for.</param>
/// <param name="Key">Its idempotency key.</param>
/// <param name="Body">Its content.</param>
/// <param name="At">When it was stored.</param>
/// <param name="Target">For a cancel and a stop: the row of the execution that it names.</param>
public sealed record InboxSignal(
    long Number, SignalKind Kind, ExecutionId? Execution, string Key, ReadOnlyMemory<byte> Body, DateTimeOffset At, ExecutionRecord? Target);
