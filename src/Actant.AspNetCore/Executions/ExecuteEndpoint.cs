using System.Text.Json;
using Actant.Agents;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Agents;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Actant.Executions;
using Actant.Hosting;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Executions;

/// <summary>Runs an agent and answers with the outcome. How it ended is data: a failed execution is a 200 too.</summary>
internal sealed class ExecuteEndpoint(EngineHost host, AgentLookup agents, SubmissionReader submissions, TenantResolver tenants)
{
    public async Task ExecuteAsync(HttpContext context)
    {
        var (agent, input, result) = await RunAsync(context);
        var response = ExecuteResponse.Of(result, input) with { AgentId = agent.Id };
        await Answer.WriteAsync(context, StatusCodes.Status200OK, response, ExecutionJson.Wire.ExecuteResponse);
    }

    /// <summary>The same run, told as a trial.</summary>
    public async Task TestAsync(HttpContext context)
    {
        var (agent, input, result) = await RunAsync(context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, TestResponse.Of(agent, input, result), ExecutionJson.Wire.TestResponse);
    }

    private async Task<(AgentRecord Agent, JsonElement Input, ExecutionResult Result)> RunAsync(HttpContext context)
    {
        var tenant = tenants.Of(context);
        var agent = await agents.FindAsync(tenant, AgentLookup.Reference(context), context.RequestAborted);
        var request = await submissions.ReadAsync(context, tenant, agent);
        var client = tenants.ClientOf(context);

        // Accepted is accepted, whether the caller stays to hear of it or not.
        var accepted = Replies.Take(await client.SubmitAsync(request, CancellationToken.None), context);
        return (agent, request.Input, await WaitAsync(client, accepted.Id, context));
    }

    private async Task<ExecutionResult> WaitAsync(ExecutionClient client, ExecutionId id, HttpContext context)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.Stopped);
        try
        {
            return await client.WaitAsync(id, ended.Token);
        }
        catch (OperationCanceledException) when (host.Stopped.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Headers.Location = $"/api/v1/executions/{id}";
            throw new ProblemException(ProblemCodes.ShuttingDown, $"The execution {id} is stored and goes on after the restart: ask for /api/v1/executions/{id}.");
        }
        catch (KeyNotFoundException)
        {
            throw new ProblemException(ProblemCodes.ExecutionNotFound, $"The execution {id} was deleted while it ran.");
        }
    }
}
