using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actant.Definitions;
using Actant.LanguageModels;

namespace Actant.Nodes;

/// <summary>
/// A SHA-256 over values of known length, so that no two lists of values look alike. One at a time on a thread: they are made for each
/// message that a model hears, so that all of a thread share a buffer.
/// </summary>
internal readonly struct Digest
{
    private const int LargestKeptBuffer = 256 * 1024;

    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static Buffers? s_buffers;

    private readonly Buffers _buffers;

    /// <summary>An empty one.</summary>
    public Digest()
    {
        _buffers = s_buffers ??= new Buffers();
        _buffers.Bytes.ResetWrittenCount();
    }

    private ArrayBufferWriter<byte> Bytes => _buffers.Bytes;

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Head('b', bytes.Length);
        Bytes.Write(bytes);
    }

    /// <summary>Adds a text, whatever is in it; none is another value than an empty one.</summary>
    public void Add(string? text)
    {
        Head(text is null ? 'n' : 's', text?.Length ?? 0);
        Bytes.Write(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    /// <summary>Adds a number, or that there is none.</summary>
    public void Add(long? number) => Head(number is null ? 'n' : 'i', number ?? 0);

    /// <summary>Adds a number, or that there is none.</summary>
    public void Add(float? number) => Add(number is { } value ? BitConverter.SingleToInt32Bits(value) : (long?)null);

    /// <summary>Adds a JSON value in its one spelling.</summary>
    public void Add(JsonElement? json)
    {
        if (json is not { ValueKind: not JsonValueKind.Undefined } value)
        {
            Head('n', 0);
            return;
        }

        var (written, writer) = (_buffers.Json, _buffers.Writer);
        written.ResetWrittenCount();
        writer.Reset(written);
        CanonicalJson.Write(value, writer);
        writer.Flush();
        Head('j', written.WrittenCount);
        Bytes.Write(written.WrittenSpan);
    }

    /// <summary>Adds whatever it is.</summary>
    public void Add(object? value)
    {
        switch (value)
        {
            case null:
                Head('n', 0);
                break;
            case string text:
                Add(text);
                break;
            case JsonElement json:
                Add((JsonElement?)json);
                break;
            case int or long:
                Add((long?)Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            default:
                Add((JsonElement?)JsonSerializer.SerializeToElement(value, ChatJson.Options.GetTypeInfo(typeof(object))));
                break;
        }
    }

    /// <summary>The hash of all that was added.</summary>
    public byte[] Complete()
    {
        var hash = SHA256.HashData(Bytes.WrittenSpan);
        if (_buffers.IsLarge)
        {
            // A picture was among it: no thread keeps that.
            s_buffers = null;
        }

        return hash;
    }

    private void Head(char kind, long length)
    {
        var head = Bytes.GetSpan(1 + sizeof(long));
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], length);
        Bytes.Advance(1 + sizeof(long));
    }

    private sealed class Buffers
    {
        public ArrayBufferWriter<byte> Bytes { get; } = new(4096);

        public ArrayBufferWriter<byte> Json { get; } = new(1024);

        public Utf8JsonWriter Writer { get; } = new(Stream.Null, s_compact);

        public bool IsLarge => Bytes.Capacity + Json.Capacity > LargestKeptBuffer;
    }
}
