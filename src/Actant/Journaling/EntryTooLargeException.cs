namespace Actant.Journaling;

/// <summary>What an entry says has more bytes than can be stored. Nothing of it was; what came before it is.</summary>
internal sealed class EntryTooLargeException(Entry entry, long bytes) : Exception($"A `{entry.Payload.Kind}` of {bytes} bytes cannot be stored.")
{
    /// <summary>The entry.</summary>
    public Entry Entry { get; } = entry;

    /// <summary>Its bytes.</summary>
    public long Bytes { get; } = bytes;
}
