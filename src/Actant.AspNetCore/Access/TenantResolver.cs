using Actant.Executions;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Access;

/// <summary>Says whose data a request is about, and who asks. The one place that does.</summary>
internal sealed class TenantResolver(ActantEngine engine)
{
#pragma warning disable CA1822 // An instance: endpoints that need a tenant say so in their constructor.
    public TenantId Of(HttpContext context) => CallerOf(context).Tenant;
#pragma warning restore CA1822

    /// <summary>The tenant's executions, for whoever asks: what they do goes on record with them.</summary>
    public ExecutionClient ClientOf(HttpContext context)
    {
        var caller = CallerOf(context);
        return engine.For(caller.Tenant).As(caller.Principal);
    }

    private static Caller CallerOf(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint is not behind the access guard.");
}
