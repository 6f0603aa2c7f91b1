using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Executions;

/// <summary>Shows who had which tools called.</summary>
internal sealed class AuditEndpoint(ActantOperations operations)
{
    public async Task GetAsync(HttpContext context)
    {
        var command = Replies.Take(AuditCommand.Read(QueryFields.Of(context)), context);
        var view = Replies.Take(await operations.Usage.ReadAuditAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.ReadAudit.Json);
    }
}
