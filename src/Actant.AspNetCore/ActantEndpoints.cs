using Actant.Access;
using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Agents;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.CloudEvents;
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
        var bodies = services.GetRequiredService<BodyGuard>();

        var health = services.GetRequiredService<HealthEndpoints>();
        Open("/health", health.GetHealthAsync);
        Open("/ready", health.GetReadyAsync);
        Open("/api/health", health.GetHealthAsync);
        Open("/api/health/ready", health.GetReadyAsync);
        var metrics = services.GetRequiredService<MetricsEndpoint>();
        Guard("/metrics", Role.Viewer, metrics.GetAsync);
        Guard("/api/health/metrics", Role.Viewer, metrics.GetAsync);

        var tokens = services.GetRequiredService<TokenEndpoints>();
        Map("GET", "/api/v1/tokens", Operations.ListTokens, tokens.ListAsync);
        Map("POST", "/api/v1/tokens", Operations.CreateToken, tokens.CreateAsync);
        Map("DELETE", "/api/v1/tokens/{id}", Operations.RevokeToken, tokens.RevokeAsync);
        Map("POST", "/api/v1/tokens/{id}/rotate", Operations.RotateToken, tokens.RotateAsync);

        var agents = services.GetRequiredService<AgentEndpoints>();
        Map("GET", "/api/v1/agents", Operations.ListAgents, agents.ListAsync);
        Map("POST", "/api/v1/agents", Operations.CreateAgent, agents.CreateAsync);
        Map("GET", "/api/v1/agents/{name}", Operations.GetAgent, agents.GetAsync);
        Map("PUT", "/api/v1/agents/{name}", Operations.ReplaceAgent, agents.ReplaceAsync);
        Map("PATCH", "/api/v1/agents/{name}", Operations.PatchAgent, agents.PatchAsync);
        Map("DELETE", "/api/v1/agents/{name}", Operations.DeleteAgent, agents.DeleteAsync);
        Map("GET", "/api/v1/agents/{name}/versions", Operations.ListAgentVersions, agents.ListVersionsAsync);
        Map("PUT", "/api/v1/agents/{name}/labels/{label}", Operations.SetAgentLabel, agents.SetLabelAsync);
        Map("DELETE", "/api/v1/agents/{name}/labels/{label}", Operations.RemoveAgentLabel, agents.RemoveLabelAsync);
        Map("POST", "/api/v1/agents/{name}/check", Operations.CheckAgent, agents.CheckAsync);
        Map("GET", "/api/v1/agents/{name}/tools", Operations.ListAgentTools, agents.GetToolsAsync);
        var execute = services.GetRequiredService<ExecuteEndpoint>();
        Map("POST", "/api/v1/agents/{name}/execute", Operations.ExecuteAgent, execute.ExecuteAsync);
        Map("POST", "/api/v1/agents/{name}/test", Operations.TestAgent, execute.TestAsync);

        var executions = services.GetRequiredService<ExecutionEndpoints>();
        Map("POST", "/api/v1/executions", Operations.SubmitExecution, executions.SubmitAsync);
        Map("GET", "/api/v1/executions", Operations.ListExecutions, executions.ListAsync);
        Map("POST", "/api/v1/executions/cancel", Operations.CancelExecutionByKey, executions.CancelByKeyAsync);
        Map("GET", "/api/v1/executions/{id}", Operations.GetExecution, executions.GetAsync);
        Map("POST", "/api/v1/executions/{id}/start", Operations.StartExecution, executions.StartAsync);
        Map("POST", "/api/v1/executions/{id}/stop", Operations.StopExecution, executions.StopAsync);
        Map("POST", "/api/v1/executions/{id}/cancel", Operations.CancelExecution, executions.CancelAsync);
        Map("POST", "/api/v1/executions/{id}/resume", Operations.ResumeExecution, executions.ResumeAsync);
        Map("GET", "/api/v1/executions/{id}/events", Operations.FollowExecution, services.GetRequiredService<ExecutionEvents>().StreamAsync);
        Map("GET", "/api/v1/executions/{id}/socket", Operations.FollowExecution, services.GetRequiredService<ExecutionSocket>().ServeAsync);

        Map("POST", "/", Operations.SubmitExecution, services.GetRequiredService<EventEndpoint>().ReceiveAsync);

        var threads = services.GetRequiredService<ThreadEndpoints>();
        Map("GET", "/api/v1/threads", Operations.ListThreads, threads.ListAsync);
        Map("GET", "/api/v1/threads/{id}", Operations.GetThread, threads.GetAsync);
        Map("GET", "/api/v1/threads/{id}/state", Operations.GetThreadState, threads.GetStateAsync);
        Map("PATCH", "/api/v1/threads/{id}/state", Operations.UpdateThreadState, threads.UpdateStateAsync);
        Map("GET", "/api/v1/threads/{id}/history", Operations.GetThreadHistory, threads.GetHistoryAsync);
        Map("POST", "/api/v1/threads/{id}/fork", Operations.ForkThread, threads.ForkAsync);
        Map("POST", "/api/v1/threads/{id}/rewind", Operations.RewindThread, threads.RewindAsync);
        Map("POST", "/api/v1/threads/{id}/erase", Operations.EraseEntries, threads.EraseAsync);
        Map("DELETE", "/api/v1/threads/{id}", Operations.DeleteThread, threads.DeleteAsync);
        Map("DELETE", "/api/v1/subjects/{id}", Operations.EraseSubject, services.GetRequiredService<SubjectEndpoint>().DeleteAsync);

        var deliveries = services.GetRequiredService<DeliveryEndpoints>();
        Map("GET", "/api/v1/deliveries", Operations.ListDeliveries, deliveries.ListAsync);
        Map("POST", "/api/v1/deliveries/{id}/resend", Operations.ResendDelivery, deliveries.ResendAsync);

        Map("GET", "/api/v1/audit", Operations.ReadAudit, services.GetRequiredService<AuditEndpoint>().GetAsync);
        Map("GET", "/api/v1/usage", Operations.ReadUsage, services.GetRequiredService<UsageEndpoints>().GetAsync);

        var description = services.GetRequiredService<OpenApiEndpoints>();
        Open("/openapi/v1.json", description.GetDocumentAsync);
        Open("/schemas/agent.json", OpenApiEndpoints.GetDefinitionSchemaAsync);
        Open("/docs", description.GetPageAsync);
        return endpoints;

        void Open(string pattern, RequestDelegate endpoint) => endpoints.MapGet(pattern, problems.Around(endpoint));
        void Guard(string pattern, Role least, RequestDelegate endpoint) =>
            endpoints.MapGet(pattern, problems.Around(access.Around(endpoint, least))).WithMetadata(least);
        void Map(string method, string pattern, Operation operation, RequestDelegate endpoint) =>
            endpoints.MapMethods(pattern, [method], problems.Around(access.Around(bodies.Around(endpoint), operation.Least))).WithMetadata(operation.Least, operation);
    }

    /// <summary>
    /// Lets WebSockets in, and gives refusals of the server itself (no such address, wrong method) the same problem details as
    /// those of the endpoints. With Kestrel, an <c>Idempotency-Key</c> in UTF-8 reaches them too. No tool and no delivery reaches the addresses of
    /// this server. To be called before the server starts.
    /// </summary>
    public static IApplicationBuilder UseActant(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<IOptions<KestrelServerOptions>>() is { Value: var kestrel })
        {
            RequestKey.TakeBytes(kestrel);
        }

        OwnListeners.Tell(app);
        return app.UseActantMiddleware();
    }

    private static IApplicationBuilder UseActantMiddleware(this IApplicationBuilder app) => app
        .Use(static (HttpContext context, RequestDelegate next) =>
        {
            AnswerHeaders.Set(context.Response.Headers);
            return next(context);
        })
        .UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(30) })
        .UseStatusCodePages((StatusCodeContext context) =>
            ProblemWriter.WriteStatusAsync(context.HttpContext, context.HttpContext.Response.StatusCode));
}
