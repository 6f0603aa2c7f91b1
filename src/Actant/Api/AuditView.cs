namespace Actant.Api;

/// <summary>A page of the audit log.</summary>
/// <param name="Calls">The calls.</param>
/// <param name="NextCursor">Where the next page begins; none after the last.</param>
public sealed record AuditView(IReadOnlyList<AuditedCallView> Calls, string? NextCursor);
