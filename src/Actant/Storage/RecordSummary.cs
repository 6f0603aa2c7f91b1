namespace Actant.Storage;

/// <summary>One version of a record as lists show it, without its content.</summary>
public sealed record RecordSummary
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; of an older version the name it had then.</summary>
    public required string Name { get; init; }

    /// <summary>The version, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>What was written beside the content; <c>null</c> where nothing was.</summary>
    public required ReadOnlyMemory<byte>? Summary { get; init; }

    /// <summary>When the record was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When this version was written.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>Its place in the list: as a cursor, what follows it.</summary>
    public required PageCursor Place { get; init; }
}
