using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Actant.Hosting;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Executions;

/// <summary>Runs an agent and answers with the outcome. How it ended is data: a failed execution is a 200 too.</summary>
internal sealed class ExecuteEndpoint(EngineHost host, ActantOperations operations)
{
    public async Task ExecuteAsync(HttpContext context)
    {
        var command = await ReadAsync(context);
        var view = await WaitAsync(context, waiting => operations.Executions.ExecuteAsync(AccessGuard.CallerOf(context), command, waiting));
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.ExecuteAgent.Json);
    }

    /// <summary>The same run, told as a trial.</summary>
    public async Task TestAsync(HttpContext context)
    {
        var command = await ReadAsync(context);
        var view = await WaitAsync(context, waiting => operations.Executions.TestAsync(AccessGuard.CallerOf(context), command, waiting));
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.TestAgent.Json);
    }

    private static async Task<SubmitCommand> ReadAsync(HttpContext context)
    {
        var key = RequestKey.Of(context);
        return Replies.Take(SubmitCommand.Read(await RequestBody.FieldsAsync(context), RouteValues.Of(context, "name")), context) with { IdempotencyKey = key };
    }

    private async Task<TView> WaitAsync<TView>(HttpContext context, Func<CancellationToken, Task<Reply<TView>>> run)
        where TView : class
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.Stopped);
        try
        {
            return Replies.Take(await run(ended.Token), context);
        }
        catch (WaitEndedException waited) when (host.Stopped.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Headers.Location = $"/api/v1/executions/{waited.Execution}";
            throw new ProblemException(
                RefusalCodes.ShuttingDown, $"The execution {waited.Execution} is stored and goes on after the restart: ask for /api/v1/executions/{waited.Execution}.");
        }
    }
}
