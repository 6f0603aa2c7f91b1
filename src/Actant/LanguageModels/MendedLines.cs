using System.Text;

namespace Actant.LanguageModels;

/// <summary>A stream of events whose lines are looked at before the vendor's SDK reads them: it is strict in what nobody needs.</summary>
internal sealed class MendedLines(Stream body, Func<string, string> mend) : Stream
{
    private readonly StreamReader _lines = new(body, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
    private byte[] _ready = [];
    private int _given;

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_given == _ready.Length && await _lines.ReadLineAsync(cancellationToken) is { } line)
        {
            Take(line);
        }

        return Give(buffer.Span);
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count)
    {
        while (_given == _ready.Length && _lines.ReadLine() is { } line)
        {
            Take(line);
        }

        return Give(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _lines.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(string line) => (_ready, _given) = (Encoding.UTF8.GetBytes($"{mend(line)}\n"), 0);

    private int Give(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _ready.Length - _given);
        _ready.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }
}
