using Actant.Access;

namespace Actant.Api;

/// <summary>A key; with its text only in the answer that made it.</summary>
public sealed record TokenView
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What its maker called it.</summary>
    public required string Name { get; init; }

    /// <summary>What its bearer may do.</summary>
    public required string Role { get; init; }

    /// <summary>Whose data it opens.</summary>
    public required string TenantId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when it works; for ever if absent.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The key itself, only where it was just made.</summary>
    public string? Token { get; init; }

    /// <summary>The id of the key whose place it takes, only where it was just made so.</summary>
    public string? Replaces { get; init; }

    /// <summary>Until when that one works.</summary>
    public DateTimeOffset? ReplacedExpiresAt { get; init; }

    /// <summary>The view.</summary>
    internal static TokenView Of(ApiKey key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Role = RoleWords.Of(key.Role),
        TenantId = key.Tenant.Value,
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
    };
}
