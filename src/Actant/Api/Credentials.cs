namespace Actant.Api;

/// <summary>What a way in was told of who asks.</summary>
public sealed record Credentials
{
    /// <summary>The text of a key; <c>null</c> without one.</summary>
    public string? Key { get; init; }

    /// <summary>Whether who runs this process asks, on its own machine, as far as the way in can know. Asked only without a key.</summary>
    public required bool IsLocal { get; init; }

    /// <summary>The tenants that were named, as they were sent.</summary>
    public IReadOnlyList<string?> Tenants { get; init; } = [];

    /// <summary>What they were named with, for messages: a header.</summary>
    public required string TenantField { get; init; }
}
