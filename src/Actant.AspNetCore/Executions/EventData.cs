using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Actant.Api;
using Actant.Events;
using Actant.Journaling;

namespace Actant.AspNetCore.Executions;

/// <summary>
/// Makes the JSON of events for one reader. What a large entry says is made once for all who are reading it, and sent in chunks: a
/// reader that does not read costs one chunk.
/// </summary>
internal sealed class EventData(string thread) : IDisposable
{
    /// <summary>What is written at once, before it is seen whether the reader takes it.</summary>
    public const int ChunkBytes = 16 * 1024;

    // As long as somebody holds the entry.
    private static readonly ConditionalWeakTable<Entry, byte[]> s_large = [];

    private readonly Utf8JsonWriter _json = new(Stream.Null, EventJson.Options);
    private ArrayBufferWriter<byte> _small = new(1024);

    /// <summary>Valid until the next one is made.</summary>
    public ReadOnlyMemory<byte> Of(StreamEvent item)
    {
        var entry = (item as StreamEvent.Stored)?.Entry;
        if (entry is not null && s_large.TryGetValue(entry, out var known))
        {
            return known;
        }

        _small.ResetWrittenCount();
        _json.Reset(_small);
        EventJson.WriteData(_json, item, thread);
        _json.Flush();
        if (entry is null || _small.WrittenCount <= ChunkBytes)
        {
            return _small.WrittenMemory;
        }

        var shared = s_large.GetValue(entry, _ => _small.WrittenSpan.ToArray());

        // It has grown to that size and would stay so.
        _small = new ArrayBufferWriter<byte>(1024);
        _json.Reset(_small);
        return shared;
    }

    public void Dispose() => _json.Dispose();
}
