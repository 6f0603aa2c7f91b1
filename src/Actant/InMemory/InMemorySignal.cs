using Actant.Storage;
namespace Actant.InMemory;

/// <summary>An inbox row. It stays when it is consumed, so that its key keeps working, but what it said goes: only its hash stays.</summary>
internal sealed class InMemorySignal(long number, SignalKind kind, ExecutionId? execution, string key, byte[] body, DateTimeOffset at)
{
    private byte[]? _body = body;
    private BlobHash? _hash;

    public long Number => number;

    public SignalKind Kind => kind;

    public ExecutionId? Execution => execution;

    public string Key => key;

    public byte[] Body => _body ?? [];

    public DateTimeOffset At => at;

    /// <summary>Whether it said this.</summary>
    public bool Says(ReadOnlySpan<byte> other) => _body is { } present ? other.SequenceEqual(present) : _hash == BlobHash.Of(other);

    public void Forget()
    {
        _hash ??= BlobHash.Of(Body);
        _body = null;
    }
}
