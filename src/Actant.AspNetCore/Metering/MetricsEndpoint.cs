using System.Text;
using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Problems;
using Actant.Executions;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Metering;

/// <summary>Shows the numbers of this process to Prometheus and to whoever speaks its text format.</summary>
internal sealed class MetricsEndpoint(MetricCollector collector, ActantEngine engine)
{
    /// <summary>The numbers are of all tenants together, so only the keys of the default one open them.</summary>
    public async Task GetAsync(HttpContext context)
    {
        if (!AccessGuard.CallerOf(context).IsOfAllTenants)
        {
            throw new ProblemException(RefusalCodes.Forbidden, "The metrics are of all tenants together; this needs a key of the tenant `default`.");
        }

        await engine.MeasureQueueAsync();
        var body = Encoding.UTF8.GetBytes(collector.Read());
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
