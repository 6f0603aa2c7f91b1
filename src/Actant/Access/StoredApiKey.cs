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
