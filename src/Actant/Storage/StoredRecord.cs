namespace Actant.Storage;

/// <summary>One version of a record.</summary>
public sealed record StoredRecord
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; of an older version the name it had then.</summary>
    public required string Name { get; init; }

    /// <summary>The version, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>The content.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>When the record was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When this version was written.</summary>
    public required DateTimeOffset WrittenAt { get; init; }
}
