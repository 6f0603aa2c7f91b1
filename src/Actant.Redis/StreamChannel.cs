namespace Actant.Redis;

/// <summary>Which channel is a thread's.</summary>
internal static class StreamChannel
{
    /// <summary>
    /// Threads of the tenant <c>default</c> have the name that other systems know. Those of others have another beginning, so that no id of a
    /// thread can lead into another tenant's channel; a colon cannot stand between the name of a tenant and what follows unescaped.
    /// </summary>
    public static string Of(ThreadKey thread) => thread.Tenant == TenantId.Default
        ? $"langgraph:stream:{thread.Thread}"
        : $"langgraph:tenant:{thread.Tenant.Value.Replace("%", "%25", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal)}:stream:{thread.Thread}";
}
