using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Executions;

/// <summary>Submits, shows and steers executions.</summary>
internal sealed class ExecutionEndpoints(ActantOperations operations)
{
    public async Task SubmitAsync(HttpContext context)
    {
        var key = RequestKey.Of(context);
        var command = Replies.Take(SubmitCommand.Read(await RequestBody.FieldsAsync(context)), context) with { IdempotencyKey = key };
        var accepted = Replies.Take(await operations.Executions.SubmitAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        context.Response.Headers.Location = $"/api/v1/executions/{accepted.ExecutionId}";
        await AnswerAsync(context, accepted);
    }

    public async Task GetAsync(HttpContext context)
    {
        var command = new ExecutionCommand(Id(context));
        var view = Replies.Take(await operations.Executions.GetAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        if (view.Version is not { } version || !Answer.IsKnown(context, version))
        {
            await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.GetExecution.Json);
        }
    }

    public async Task ListAsync(HttpContext context)
    {
        var command = Replies.Take(ListExecutionsCommand.Read(QueryFields.Of(context)), context);
        var view = Replies.Take(await operations.Executions.ListAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.ListExecutions.Json);
    }

    public async Task StartAsync(HttpContext context)
    {
        var command = Replies.Take(ExecutionCommand.Read(await RequestBody.FieldsAsync(context, optional: true), Id(context)), context);
        await AnswerAsync(context, Replies.Take(await operations.Executions.StartAsync(AccessGuard.CallerOf(context), command, CancellationToken.None), context));
    }

    public async Task StopAsync(HttpContext context)
    {
        var command = Replies.Take(ExecutionCommand.Read(await RequestBody.FieldsAsync(context, optional: true), Id(context)), context);
        await AnswerAsync(context, Replies.Take(await operations.Executions.StopAsync(AccessGuard.CallerOf(context), command, CancellationToken.None), context));
    }

    public async Task CancelAsync(HttpContext context)
    {
        var command = Replies.Take(CancelCommand.Read(await RequestBody.FieldsAsync(context, optional: true), Id(context)), context);
        await AnswerAsync(context, Replies.Take(await operations.Executions.CancelAsync(AccessGuard.CallerOf(context), command, CancellationToken.None), context));
    }

    public async Task CancelByKeyAsync(HttpContext context)
    {
        var command = Replies.Take(CancelByKeyCommand.Read(await RequestBody.FieldsAsync(context)), context);
        await AnswerAsync(context, Replies.Take(await operations.Executions.CancelByKeyAsync(AccessGuard.CallerOf(context), command, CancellationToken.None), context));
    }

    public async Task ResumeAsync(HttpContext context)
    {
        var command = Replies.Take(ResumeCommand.Read(await RequestBody.FieldsAsync(context), Id(context)), context);
        await AnswerAsync(context, Replies.Take(await operations.Executions.ResumeAsync(AccessGuard.CallerOf(context), command, CancellationToken.None), context));
    }

    private static string Id(HttpContext context) => RouteValues.Of(context, "id");

    private static Task AnswerAsync(HttpContext context, AcceptedView accepted) =>
        Answer.WriteAsync(context, StatusCodes.Status202Accepted, accepted, Operations.SubmitExecution.Json);
}
