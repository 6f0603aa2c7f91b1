using Actant.Access;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Agents;
using Actant.AspNetCore.Deliveries;
using Actant.AspNetCore.Executions;
using Actant.AspNetCore.Health;
using Actant.AspNetCore.Metering;
using Actant.AspNetCore.OpenApi;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Actant.AspNetCore.Threads;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Actant.AspNetCore;

/// <summary>Actant over HTTP. This is the table of contents; <c>docs/http-api.md</c> explains each line.</summary>
public static class ActantEndpoints
{
    /// <summary>Maps every endpoint over the engine of <see cref="ActantServices.AddActant"/>.</summary>
    public static IEndpointRouteBuilder MapActant(this IEndpointRouteBuilder endpoints)
    {
        var services = new EndpointServices(endpoints.ServiceProvider);
        var problems = services.GetRequiredService<ProblemGuard>();
        var access = services.GetRequiredService<AccessGuard>();

        var health = services.GetRequiredService<HealthEndpoints>();
        Open("/health", health.GetHealthAsync);
        Open("/ready", health.GetReadyAsync);
        Open("/api/health", health.GetHealthAsync);
        Open("/api/health/ready", health.GetReadyAsync);
        var metrics = services.GetRequiredService<MetricsEndpoint>();
        Map("GET", "/metrics", Role.Viewer, metrics.GetAsync);
        Map("GET", "/api/health/metrics", Role.Viewer, metrics.GetAsync);

        var tokens = services.GetRequiredService<TokenEndpoints>();
        Map("GET", "/api/v1/tokens", Role.Admin, tokens.ListAsync);
        Map("POST", "/api/v1/tokens", Role.Admin, tokens.CreateAsync);
        Map("DELETE", "/api/v1/tokens/{id}", Role.Admin, tokens.RevokeAsync);

        var agents = services.GetRequiredService<AgentEndpoints>();
        Map("GET", "/api/v1/agents", Role.Viewer, agents.ListAsync);
        Map("POST", "/api/v1/agents", Role.Editor, agents.CreateAsync);
        Map("GET", "/api/v1/agents/{name}", Role.Viewer, agents.GetAsync);
        Map("PUT", "/api/v1/agents/{name}", Role.Editor, agents.ReplaceAsync);
        Map("PATCH", "/api/v1/agents/{name}", Role.Editor, agents.PatchAsync);
        Map("DELETE", "/api/v1/agents/{name}", Role.Editor, agents.DeleteAsync);
        Map("GET", "/api/v1/agents/{name}/versions", Role.Viewer, agents.ListVersionsAsync);
        Map("PUT", "/api/v1/agents/{name}/labels/{label}", Role.Editor, agents.SetLabelAsync);
        Map("DELETE", "/api/v1/agents/{name}/labels/{label}", Role.Editor, agents.RemoveLabelAsync);
        Map("POST", "/api/v1/agents/{name}/check", Role.Viewer, agents.CheckAsync);
        Map("GET", "/api/v1/agents/{name}/tools", Role.Viewer, agents.GetToolsAsync);
        var execute = services.GetRequiredService<ExecuteEndpoint>();
        Map("POST", "/api/v1/agents/{name}/execute", Role.Runner, execute.ExecuteAsync);
        Map("POST", "/api/v1/agents/{name}/test", Role.Runner, execute.TestAsync);

        var executions = services.GetRequiredService<ExecutionEndpoints>();
        Map("POST", "/api/v1/executions", Role.Runner, executions.SubmitAsync);
        Map("GET", "/api/v1/executions", Role.Viewer, executions.ListAsync);
        Map("POST", "/api/v1/executions/cancel", Role.Runner, executions.CancelByKeyAsync);
        Map("GET", "/api/v1/executions/{id}", Role.Viewer, executions.GetAsync);
        Map("POST", "/api/v1/executions/{id}/start", Role.Runner, executions.StartAsync);
        Map("POST", "/api/v1/executions/{id}/stop", Role.Runner, executions.StopAsync);
        Map("POST", "/api/v1/executions/{id}/cancel", Role.Runner, executions.CancelAsync);
        Map("POST", "/api/v1/executions/{id}/resume", Role.Runner, executions.ResumeAsync);
        Map("GET", "/api/v1/executions/{id}/events", Role.Viewer, services.GetRequiredService<ExecutionEvents>().StreamAsync);
        Map("GET", "/api/v1/executions/{id}/socket", Role.Viewer, services.GetRequiredService<ExecutionSocket>().ServeAsync);

        var threads = services.GetRequiredService<ThreadEndpoints>();
        Map("GET", "/api/v1/threads", Role.Viewer, threads.ListAsync);
        Map("GET", "/api/v1/threads/{id}", Role.Viewer, threads.GetAsync);
        Map("GET", "/api/v1/threads/{id}/state", Role.Viewer, threads.GetStateAsync);
        Map("PATCH", "/api/v1/threads/{id}/state", Role.Runner, threads.UpdateStateAsync);
        Map("GET", "/api/v1/threads/{id}/history", Role.Viewer, threads.GetHistoryAsync);
        Map("POST", "/api/v1/threads/{id}/fork", Role.Runner, threads.ForkAsync);
        Map("POST", "/api/v1/threads/{id}/rewind", Role.Runner, threads.RewindAsync);
        Map("POST", "/api/v1/threads/{id}/erase", Role.Runner, threads.EraseAsync);
        Map("DELETE", "/api/v1/threads/{id}", Role.Runner, threads.DeleteAsync);
        Map("DELETE", "/api/v1/subjects/{id}", Role.Runner, services.GetRequiredService<SubjectEndpoint>().DeleteAsync);

        var deliveries = services.GetRequiredService<DeliveryEndpoints>();
        Map("GET", "/api/v1/deliveries", Role.Viewer, deliveries.ListAsync);
        Map("POST", "/api/v1/deliveries/{id}/resend", Role.Runner, deliveries.ResendAsync);

        Map("GET", "/api/v1/audit", Role.Viewer, services.GetRequiredService<AuditEndpoint>().GetAsync);
        Map("GET", "/api/v1/usage", Role.Viewer, services.GetRequiredService<UsageEndpoints>().GetAsync);

        var description = services.GetRequiredService<OpenApiEndpoints>();
        Open("/openapi/v1.json", description.GetDocumentAsync);
        Open("/docs", description.GetPageAsync);
        return endpoints;

        void Open(string pattern, RequestDelegate endpoint) => endpoints.MapGet(pattern, problems.Around(endpoint));
        void Map(string method, string pattern, Role least, RequestDelegate endpoint) =>
            endpoints.MapMethods(pattern, [method], problems.Around(access.Around(endpoint, least))).WithMetadata(least);
    }

    /// <summary>
    /// Lets WebSockets in, and gives refusals of the server itself (no such address, wrong method) the same problem details as
    /// those of the endpoints. With Kestrel, an <c>Idempotency-Key</c> in UTF-8 reaches them too. To be called before the server starts.
    /// </summary>
    public static IApplicationBuilder UseActant(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<IOptions<KestrelServerOptions>>() is { Value: var kestrel })
        {
            RequestKey.TakeBytes(kestrel);
        }

        return app.UseActantMiddleware();
    }

    private static IApplicationBuilder UseActantMiddleware(this IApplicationBuilder app) => app
        .UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(30) })
        .UseStatusCodePages((StatusCodeContext context) =>
            ProblemWriter.WriteStatusAsync(context.HttpContext, context.HttpContext.Response.StatusCode));
}
