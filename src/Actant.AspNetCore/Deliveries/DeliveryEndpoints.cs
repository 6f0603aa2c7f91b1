using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Deliveries;

/// <summary>Shows what is still to be delivered and what was given up, and sends the latter again.</summary>
internal sealed class DeliveryEndpoints(ActantOperations operations)
{
    public async Task ListAsync(HttpContext context)
    {
        var command = Replies.Take(ListDeliveriesCommand.Read(QueryFields.Of(context)), context);
        var view = Replies.Take(await operations.Deliveries.ListAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.ListDeliveries.Json);
    }

    public async Task ResendAsync(HttpContext context)
    {
        var command = Replies.Take(DeliveryCommand.Read(await RequestBody.FieldsAsync(context, optional: true), RouteValues.Of(context, "id")), context);
        Replies.Take(await operations.Deliveries.ResendAsync(AccessGuard.CallerOf(context), command, CancellationToken.None), context);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }
}
