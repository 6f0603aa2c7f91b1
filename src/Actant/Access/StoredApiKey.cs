namespace Actant.Access;

/// <summary>A key as it is stored.</summary>
internal sealed record StoredApiKey
{
    public required string Name { get; init; }

    public required string Tenant { get; init; }

    public required Role Role { get; init; }

    public required string Hash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether another key has taken its place: it expires before the end that it was made with.</summary>
    public bool IsReplaced { get; init; }

    /// <summary>Of one that is replaced: how long it was meant to live; for ever if absent.</summary>
    public TimeSpan? Lifetime { get; init; }

    public ApiKey As(string id) => new()
    {
        Id = id,
        Name = Name,
        Tenant = new TenantId(Tenant),
        Role = Role,
        CreatedAt = CreatedAt,
        ExpiresAt = ExpiresAt,
    };
}
