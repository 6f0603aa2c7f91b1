namespace Actant.Mcp;

/// <summary>
/// What a program says, in lines. Ends with an error where one line is longer than a message may be, or where much more comes than was asked for: nothing
/// behind it would ever take all of that.
/// </summary>
internal sealed class ServerOutput(Stream inner, int maxMessage) : Stream
{
    private const int Flood = 4;
    private long _line;
    private long _unasked;

    /// <summary>Why it ended early.</summary>
    public string? Fault { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Something is asked of the program now.</summary>
    public void Asked() => Interlocked.Exchange(ref _unasked, 0);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        return Check(buffer.Span, read);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Check(buffer.AsSpan(offset, count), inner.Read(buffer, offset, count));

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
        }

        base.Dispose(disposing);
    }

    private int Check(ReadOnlySpan<byte> buffer, int read)
    {
        var last = buffer[..read].LastIndexOf((byte)'\n');
        _line = last < 0 ? _line + read : read - last - 1;
        if (_line > maxMessage)
        {
            throw Refuse($"said a message of more than {maxMessage} bytes");
        }

        if (Interlocked.Add(ref _unasked, read) > (long)maxMessage * Flood)
        {
            throw Refuse($"said more than {(long)maxMessage * Flood} bytes while nothing was asked of it");
        }

        return read;
    }

    private IOException Refuse(string fault) => new($"The program {Fault = fault}.");
}
