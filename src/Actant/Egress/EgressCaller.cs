namespace Actant.Egress;

/// <summary>On whose behalf a request goes out, for the audit.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Subject">What calls, such as <c>tool:http_request</c>.</param>
/// <param name="Execution">The execution, if there is one.</param>
public sealed record EgressCaller(TenantId Tenant, string Subject, ExecutionId? Execution = null);
