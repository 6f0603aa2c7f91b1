namespace Actant.Storage;

/// <summary>An inbox row. It stays when it is consumed, so that its key keeps working.</summary>
internal sealed record InMemorySignal(long Number, SignalKind Kind, ExecutionId? Execution, string Key, byte[] Body, DateTimeOffset At);
