namespace Actant.Egress;

/// <summary>A body that ends with an error when it grows too large, and tells how much of it was read.</summary>
internal sealed class BoundedStream(Stream inner, long limit, Action<long, string?> ended) : Stream
{
    private long _read;
    private string? _failure;
    private int _isEnded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public static EgressException TooLarge(long limit) => new(
        EgressErrors.ResponseTooLarge,
        $"The answer has more than the {limit} bytes that are allowed. Ask for less, or have an operator raise {EgressSettings.MaxResponseBytes}.",
        requestLeft: true);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Count(await inner.ReadAsync(buffer, cancellationToken));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or HttpRequestException and not EgressException)
        {
            _failure = EgressErrors.Broken;
            throw new EgressException(_failure, "The connection broke, or the body was damaged, before the answer had ended.", exception, requestLeft: true, isTransient: true);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            if (Interlocked.Exchange(ref _isEnded, 1) == 0)
            {
                ended(_read, _failure);
            }
        }

        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        _read += read;
        if (_read > limit)
        {
            _failure = EgressErrors.ResponseTooLarge;
            throw TooLarge(limit);
        }

        return read;
    }
}
