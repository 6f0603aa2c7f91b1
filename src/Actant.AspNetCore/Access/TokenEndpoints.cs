using Actant.Api;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Access;

/// <summary>Makes, lists, replaces and revokes keys of the caller's tenant.</summary>
internal sealed class TokenEndpoints(ActantOperations operations)
{
    public async Task CreateAsync(HttpContext context)
    {
        var command = Replies.Take(CreateTokenCommand.Read(await RequestBody.FieldsAsync(context)), context);
        var view = Replies.Take(await operations.Tokens.CreateAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.CreateToken.Json);
    }

    public async Task ListAsync(HttpContext context)
    {
        var command = Replies.Take(PageCommand.Read(QueryFields.Of(context)), context);
        var view = Replies.Take(await operations.Tokens.ListAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.ListTokens.Json);
    }

    public async Task RotateAsync(HttpContext context)
    {
        var command = Replies.Take(RotateTokenCommand.Read(await RequestBody.FieldsAsync(context, optional: true), RouteValues.Of(context, "id")), context);
        var view = Replies.Take(await operations.Tokens.RotateAsync(AccessGuard.CallerOf(context), command, CancellationToken.None), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.RotateToken.Json);
    }

    public async Task RevokeAsync(HttpContext context)
    {
        var command = new TokenCommand(RouteValues.Of(context, "id"));
        Replies.Take(await operations.Tokens.RevokeAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
