using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Deliveries;

/// <summary>Shows what is still to be delivered and what was given up, and sends the latter again.</summary>
internal sealed class DeliveryEndpoints(TenantResolver tenants)
{
    public const string Dead = "dead";
    public const string Waiting = "waiting";

    public async Task ListAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        var status = query.Word("status", [Dead, Waiting]);
        var cursor = query.Name("cursor");
        var limit = query.Limit();
        query.Errors.ThrowIfAny();
        var page = await Pages.ReadAsync(() => tenants.ClientOf(context).ListDeliveriesAsync(status != Waiting, cursor, limit, context.RequestAborted));
        var view = new DeliveryListView([.. page.Items.Select(DeliveryView.Of)], page.Cursor);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, DeliveryJson.Wire.DeliveryListView);
    }

    public async Task ResendAsync(HttpContext context)
    {
        (await RequestBody.ReadAsync(context, optional: true)).Done();
        var text = (string)context.Request.RouteValues["id"]!;
        if (!Guid.TryParse(text, out var id) || !await tenants.ClientOf(context).ResendAsync(id, CancellationToken.None))
        {
            throw new ProblemException("delivery_not_found", "There is no delivery of this id that was given up: it was delivered, is still tried, or its thread is gone.");
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }
}
