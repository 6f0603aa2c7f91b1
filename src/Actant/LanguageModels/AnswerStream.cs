using System.Buffers;

namespace Actant.LanguageModels;

/// <summary>
/// The body of an answer: bounded, its characters whole, and a connection that breaks is a <see cref="ModelException"/>.
/// </summary>
internal sealed class AnswerStream(Stream body, VendorFailures failures) : Stream
{
    /// <summary>Far more than any model says; a server that goes on for ever must not fill the memory.</summary>
    private const long LongestAnswer = 64 * 1024 * 1024;

    private const int FirstBytes = 4096;

    private const string Damaged = "it says that it is compressed, and cannot be unpacked.";

    // White space and a byte order mark: an answer may begin with either.
    private static readonly byte[] s_blank = [(byte)' ', (byte)'\t', (byte)'\r', (byte)'\n', 0xEF, 0xBB, 0xBF];

    private readonly SurrogateJoiner _joiner = new();
    private readonly ArrayBufferWriter<byte> _ready = new();
    private int _given;
    private bool _isAtEnd;
    private long _length;

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

    /// <summary>
    /// Waits for the beginning of the answer, and leaves it to be read: some bytes of it, from the first that says something; none of an empty
    /// one.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>> BeginAsync(CancellationToken cancellationToken)
    {
        var first = new byte[FirstBytes];
        int read;
        do
        {
            read = await ReadAsync(first, cancellationToken);
        }
        while (read > 0 && first.AsSpan(0, read).TrimStart(s_blank).IsEmpty);

        // What was ready is read: what comes back goes before all else.
        var rest = _ready.WrittenSpan[_given..].ToArray();
        _ready.ResetWrittenCount();
        _ready.Write(first.AsSpan(0, read));
        _ready.Write(rest);
        _given = 0;
        return first.AsMemory(0, read).TrimStart(s_blank);
    }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            int read;
            do
            {
                read = HasReady ? 0 : await body.ReadAsync(buffer, cancellationToken);
            }
            while (!TryGive(buffer.Span, ref read));

            return read;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw new ModelException(failures.OfBrokenStream(exception.Message), exception);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw new ModelException(failures.OfBrokenStream(Damaged), exception);
        }
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            int read;
            do
            {
                read = HasReady ? 0 : body.Read(buffer, offset, count);
            }
            while (!TryGive(buffer.AsSpan(offset, count), ref read));

            return read;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new ModelException(failures.OfBrokenStream(exception.Message), exception);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw new ModelException(failures.OfBrokenStream(Damaged), exception);
        }
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
            body.Dispose();
        }

        base.Dispose(disposing);
    }

    // Each way to unpack has an exception of its own.
    private static bool IsDamage(Exception exception) => exception is InvalidDataException or (InvalidOperationException and not ObjectDisposedException);

    private bool HasReady => _given < _ready.WrittenCount || _isAtEnd;

    /// <summary>Puts what may be read where what came is; <c>false</c> where that is nothing yet.</summary>
    private bool TryGive(Span<byte> buffer, ref int read)
    {
        if (buffer.IsEmpty)
        {
            return true;
        }

        if (!HasReady)
        {
            Count(read);
            if (read > 0 && _joiner.IsPlain(buffer[..read]))
            {
                return true;
            }

            _isAtEnd = read == 0;
            _ready.ResetWrittenCount();
            _given = 0;
            _joiner.Write(buffer[..read], _ready, _isAtEnd);
        }

        read = Math.Min(buffer.Length, _ready.WrittenCount - _given);
        _ready.WrittenSpan.Slice(_given, read).CopyTo(buffer);
        _given += read;
        return read > 0 || _isAtEnd;
    }

    private void Count(int read)
    {
        _length += read;
        if (_length > LongestAnswer)
        {
            throw new ModelException(failures.OfMalformed($"it is longer than {LongestAnswer / 1024 / 1024} MiB."));
        }
    }
}
