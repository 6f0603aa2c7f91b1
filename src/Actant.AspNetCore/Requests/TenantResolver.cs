using Actant.AspNetCore.Access;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Requests;

/// <summary>Says whose data a request is about. The one place that does.</summary>
internal sealed class TenantResolver
{
#pragma warning disable CA1822 // An instance: endpoints that need a tenant say so in their constructor.
    public TenantId Of(HttpContext context) =>
        context.Features.Get<Caller>()?.Tenant ?? throw new InvalidOperationException("The endpoint is not behind the access guard.");
#pragma warning restore CA1822
}
