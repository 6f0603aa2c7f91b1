using Actant.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Access;

/// <summary>Makes, lists and revokes keys of the caller's tenant.</summary>
internal sealed class TokenEndpoints(ApiKeys keys, TenantResolver tenants)
{
    private const long LongestSeconds = 10L * 366 * 24 * 60 * 60;

    private static readonly Dictionary<string, Role> s_roles = Enum.GetValues<Role>().ToDictionary(AccessGuard.Word, StringComparer.Ordinal);

    public async Task CreateAsync(HttpContext context)
    {
        var fields = await RequestBody.ReadAsync(context);
        var name = fields.Name("name");
        var role = fields.Word("role", [.. s_roles.Keys]);
        var lifetime = fields.Number("expires_in_seconds", 1, LongestSeconds);
        var tenant = fields.Name("tenant_id");
        if (tenant is not null && !ApiKeys.CanOwn(tenant))
        {
            fields.Errors.Add("$.tenant_id", "invalid_id", "A tenant's id has 1 to 128 letters, digits and . _ : -, and does not begin with ':'.");
        }

        if (name is null)
        {
            fields.RequiredValue("name");
        }

        fields.Done();
        var own = tenants.Of(context);
        if (tenant is not null && tenant != own.Value && own != TenantId.Default)
        {
            throw new ProblemException("forbidden", $"Only admins of the tenant '{TenantId.Default}' make keys for other tenants.");
        }

        var made = Replies.Take(
            await keys.CreateAsync(
                tenant is null ? own : new TenantId(tenant),
                name!,
                role is null ? Role.Runner : s_roles[role],
                lifetime is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                context.RequestAborted),
            context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, TokenView.Of(made.Key) with { Token = made.Text }, TokenJson.Wire.TokenView);
    }

    public async Task ListAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        var cursor = query.Name("cursor");
        var limit = query.Limit();
        query.Errors.ThrowIfAny();
        var page = await Pages.ReadAsync(() => keys.ListAsync(tenants.Of(context), cursor, limit, context.RequestAborted).AsTask());
        var view = new TokenListView([.. page.Items.Select(TokenView.Of)], page.Cursor);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, TokenJson.Wire.TokenListView);
    }

    public async Task RevokeAsync(HttpContext context)
    {
        if (!await keys.RevokeAsync(tenants.Of(context), (string)context.Request.RouteValues["id"]!, context.RequestAborted))
        {
            throw new ProblemException("token_not_found", "There is no such key.");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
