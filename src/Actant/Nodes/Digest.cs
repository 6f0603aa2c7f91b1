using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actant.Definitions;
using Actant.LanguageModels;

namespace Actant.Nodes;

/// <summary>A SHA-256 over values of known length, so that no two lists of values look alike.</summary>
internal readonly struct Digest
{
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    /// <summary>An empty one.</summary>
    public Digest()
    {
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Head('b', bytes.Length);
        _bytes.Write(bytes);
    }

    /// <summary>Adds a text, whatever is in it; none is another value than an empty one.</summary>
    public void Add(string? text)
    {
        Head(text is null ? 'n' : 's', text?.Length ?? 0);
        _bytes.Write(MemoryMarshal.AsBytes(text.AsSpan()));
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

        var written = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(written, s_compact))
        {
            CanonicalJson.Write(value, writer);
        }

        Head('j', written.WrittenCount);
        _bytes.Write(written.WrittenSpan);
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
    public byte[] End() => SHA256.HashData(_bytes.WrittenSpan);

    private void Head(char kind, long length)
    {
        var head = _bytes.GetSpan(1 + sizeof(long));
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], length);
        _bytes.Advance(1 + sizeof(long));
    }
}
