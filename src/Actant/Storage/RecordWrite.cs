namespace Actant.Storage;

/// <summary>One version of a record, to be written.</summary>
public sealed record RecordWrite
{
    /// <summary>What it is a record of, such as <c>agent</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its id, which never changes.</summary>
    public required string Id { get; init; }

    /// <summary>Its name from now on.</summary>
    public required string Name { get; init; }

    /// <summary>The newest version so far; 0 when the record is new.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>The content, at most <see cref="StorageLimits.MaxBodyBytes"/>.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What lists show of it, at most <see cref="StorageLimits.MaxSummaryBytes"/>; made of the content, so that the same content has the same.</summary>
    public ReadOnlyMemory<byte>? Summary { get; init; }
}
