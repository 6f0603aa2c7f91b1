namespace Actant.Access;

/// <summary>A key of the API. Its text is known only to whoever made it.</summary>
public sealed record ApiKey
{
    /// <summary>Its id, the part of its text that is no secret.</summary>
    public required string Id { get; init; }

    /// <summary>What its maker called it.</summary>
    public required string Name { get; init; }

    /// <summary>Whose data it opens.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>What its bearer may do.</summary>
    public required Role Role { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when it works; for ever if absent.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
