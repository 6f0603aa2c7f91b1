using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Requests;
using Actant.Storage;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Executions;

/// <summary>Shows who had which tools called.</summary>
internal sealed class AuditEndpoint(TenantResolver tenants)
{
    public async Task GetAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        var filter = new ExecutionFilter { Agent = query.Name("agent"), Thread = query.Name("thread_id") };
        var tool = query.Name("tool");
        var user = query.Name("user_id");
        var cursor = query.Name("cursor");
        var limit = query.Limit();
        query.Errors.ThrowIfAny();
        var page = await Pages.ReadAsync(() => tenants.ClientOf(context).AuditAsync(filter, cursor, limit, context.RequestAborted));
        var calls = page.Items
            .Where(call => (tool is null || call.Tool == tool) && (user is null || call.Security?.UserId == user))
            .Select(AuditedCallView.Of)
            .ToList();
        await Answer.WriteAsync(context, StatusCodes.Status200OK, new AuditView(calls, page.Cursor), ExecutionJson.Wire.AuditView);
    }
}
