namespace Actant.Storage;

/// <summary>Which outbox rows a session asks for.</summary>
/// <param name="Session">Who asks.</param>
/// <param name="Max">How many at most.</param>
public sealed record OutboxTakeRequest(SessionId Session, int Max)
{
    /// <summary>Groups (<see cref="OutboxRow.Group"/>) whose rows are left for now.</summary>
    public IReadOnlyList<string> ExceptGroups { get; init; } = [];

    /// <summary>Tenants whose rows are left for now.</summary>
    public IReadOnlyList<TenantId> ExceptTenants { get; init; } = [];
}
