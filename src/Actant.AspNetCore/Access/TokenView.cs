using Actant.Access;

namespace Actant.AspNetCore.Access;

/// <summary>A key; with its text only in the answer that made it.</summary>
internal sealed record TokenView
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Role { get; init; }

    public required string TenantId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? Token { get; init; }

    public static TokenView Of(ApiKey key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Role = AccessGuard.Word(key.Role),
        TenantId = key.Tenant.Value,
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
    };
}
