namespace Actant.AspNetCore.Executions;

/// <summary>A page of the audit log.</summary>
internal sealed record AuditView(IReadOnlyList<AuditedCallView> Calls, string? NextCursor);
