namespace Actant.Filters;

/// <summary>What a filter is told of what passes.</summary>
public abstract class FilterContext
{
    private protected FilterContext()
    {
    }

    /// <summary>Where it passes, and on whose behalf.</summary>
    public required FilterSite Site { get; init; }

    /// <inheritdoc cref="FilterSite.Tenant" />
    public TenantId Tenant => Site.Tenant;

    /// <inheritdoc cref="FilterSite.Thread" />
    public string? Thread => Site.Thread;

    /// <inheritdoc cref="FilterSite.Execution" />
    public ExecutionId? Execution => Site.Execution;

    /// <inheritdoc cref="FilterSite.Agent" />
    public string? Agent => Site.Agent;

    /// <inheritdoc cref="FilterSite.AgentVersion" />
    public string? AgentVersion => Site.AgentVersion;

    /// <inheritdoc cref="FilterSite.Path" />
    public string? Path => Site.Path;

    /// <inheritdoc cref="FilterSite.Principal" />
    public Principal? Principal => Site.Principal;

    /// <inheritdoc cref="FilterSite.Security" />
    public SecurityContext? Security => Site.Security;

    /// <summary>What it is, in words for people.</summary>
    internal abstract string What { get; }
}
