using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Metering;

/// <summary>Shows what models were used and what that cost: by day, or of one thread.</summary>
internal sealed class UsageEndpoints(ActantOperations operations, TimeProvider time)
{
    public async Task GetAsync(HttpContext context)
    {
        var (caller, fields) = (AccessGuard.CallerOf(context), QueryFields.Of(context));
        if (fields.Name("thread_id") is { } thread)
        {
            var asked = Replies.Take(fields.Read(new ThreadCommand(thread)), context);
            var used = Replies.Take(await operations.Usage.ReadThreadAsync(caller, asked, context.RequestAborted), context);
            await Answer.WriteAsync(context, StatusCodes.Status200OK, used, Operations.ReadThreadUsage.Json);
            return;
        }

        var command = Replies.Take(UsageCommand.Read(fields, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)), context);
        var view = Replies.Take(await operations.Usage.ReadAsync(caller, command, context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.ReadUsage.Json);
    }
}
