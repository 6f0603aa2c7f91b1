using System.Buffers;
using System.Text.Json;
using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Threads;

/// <summary>Shows threads, and branches, rewinds and deletes them.</summary>
internal sealed class ThreadEndpoints(ActantOperations operations)
{
    public async Task ListAsync(HttpContext context)
    {
        var command = Replies.Take(PageCommand.Read(QueryFields.Of(context)), context);
        var view = Replies.Take(await operations.Threads.ListAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.ListThreads.Json);
    }

    public async Task GetAsync(HttpContext context)
    {
        var view = Replies.Take(await operations.Threads.GetAsync(AccessGuard.CallerOf(context), new ThreadCommand(Id(context)), context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.GetThread.Json);
    }

    public async Task GetStateAsync(HttpContext context)
    {
        var command = Replies.Take(ThreadStateCommand.Read(QueryFields.Of(context), Id(context)), context);
        var view = Replies.Take(await operations.Threads.GetStateAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.GetThreadState.Json);
    }

    public async Task UpdateStateAsync(HttpContext context)
    {
        var key = RequestKey.Of(context);
        var command = Replies.Take(UpdateStateCommand.Read(await RequestBody.FieldsAsync(context), Id(context)), context) with { IdempotencyKey = key };
        var view = Replies.Take(await operations.Threads.UpdateStateAsync(AccessGuard.CallerOf(context), command, CancellationToken.None), context);
        await Answer.WriteAsync(context, StatusCodes.Status202Accepted, view, Operations.UpdateThreadState.Json);
    }

    public async Task GetHistoryAsync(HttpContext context)
    {
        var command = Replies.Take(HistoryCommand.Read(QueryFields.Of(context), Id(context)), context);
        var view = Replies.Take(await operations.Threads.GetHistoryAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        var buffer = new ArrayBufferWriter<byte>(4096);
        await using (var json = new Utf8JsonWriter(buffer, EventJson.Options))
        {
            view.WriteTo(json);
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    public async Task ForkAsync(HttpContext context)
    {
        var key = RequestKey.Of(context);
        var command = Replies.Take(ForkCommand.Read(await RequestBody.FieldsAsync(context), Id(context)), context) with { IdempotencyKey = key };
        var view = Replies.Take(await operations.Threads.ForkAsync(AccessGuard.CallerOf(context), command, CancellationToken.None), context);
        context.Response.Headers.Location = $"/api/v1/threads/{Uri.EscapeDataString(view.ThreadId)}";
        await Answer.WriteAsync(context, StatusCodes.Status201Created, view, Operations.ForkThread.Json);
    }

    public async Task RewindAsync(HttpContext context)
    {
        var key = RequestKey.Of(context);
        var command = Replies.Take(RewindCommand.Read(await RequestBody.FieldsAsync(context), Id(context)), context) with { IdempotencyKey = key };
        var view = Replies.Take(await operations.Threads.RewindAsync(AccessGuard.CallerOf(context), command, CancellationToken.None), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.RewindThread.Json);
    }

    public async Task EraseAsync(HttpContext context)
    {
        var command = Replies.Take(EraseEntriesCommand.Read(await RequestBody.FieldsAsync(context), Id(context)), context);
        var view = Replies.Take(await operations.Threads.EraseAsync(AccessGuard.CallerOf(context), command, CancellationToken.None), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.EraseEntries.Json);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        Replies.Take(await operations.Threads.DeleteAsync(AccessGuard.CallerOf(context), new ThreadCommand(Id(context)), CancellationToken.None), context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static string Id(HttpContext context) => RouteValues.Of(context, "id");
}
