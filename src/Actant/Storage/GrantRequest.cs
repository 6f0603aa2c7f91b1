namespace Actant.Storage;

/// <summary>What a node asks for of a limit that all nodes share: so many permits within any window.</summary>
public sealed record GrantRequest
{
    /// <summary>Who asks.</summary>
    public required SessionId Session { get; init; }

    /// <summary>Whose limit.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>The hash of what is limited. Limits of one hash and window count together, whatever their capacities.</summary>
    public required BlobHash Limit { get; init; }

    /// <summary>The most permits within the window.</summary>
    public required int Capacity { get; init; }

    /// <summary>The window, which slides.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>How many permits are waited for.</summary>
    public required int Wanted { get; init; }

    /// <summary>How many more are likely to be used soon: given only where much is left, and where they may be spent later.</summary>
    public int Spare { get; init; }

    /// <summary>Permits of an earlier grant that were not used, and come back with this request.</summary>
    public int Unspent { get; init; }

    /// <summary>The <see cref="Grant.Slice"/> of that grant.</summary>
    public long UnspentSlice { get; init; }
}
