using System.Globalization;
using Actant.Agents;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Actant.Definitions;
using Actant.Executions;
using Actant.Storage;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Agents;

/// <summary>Makes, changes and shows agents.</summary>
internal sealed class AgentEndpoints(ActantEngine engine, AgentStore agents, IAgentCatalogue catalogue, AgentLookup lookup, TenantResolver tenants)
{
    public async Task ListAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        var filter = new AgentFilter
        {
            Name = query.Name("name"),
            Model = query.Name("model"),
            AgentType = query.Name("agent_type"),
            IsActive = query.Word("is_active", ["true", "false"]) is { } word ? word == "true" : null,
        };
        var cursor = query.Name("cursor");
        var limit = query.Limit();
        query.Errors.ThrowIfAny();
        var page = await Pages.ReadAsync(() => agents.ListAsync(tenants.Of(context), filter, cursor, limit, context.RequestAborted).AsTask());
        var problems = catalogue.Problems;
        var view = new AgentListView([.. page.Items.Select(AgentView.Of)], problems, page.Cursor);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, AgentJson.Wire.AgentListView);
    }

    public async Task CreateAsync(HttpContext context)
    {
        var document = await RequestBody.ReadObjectAsync(context);
        var agent = Replies.Take(await agents.CreateAsync(tenants.Of(context), document, context.RequestAborted), context);
        context.Response.Headers.Location = $"/api/v1/agents/{agent.Id}";
        await AnswerAsync(context, agent);
    }

    public async Task GetAsync(HttpContext context)
    {
        var agent = await FindAsync(context);
        if (!Answer.IsKnown(context, TagOf(agent)))
        {
            await AnswerAsync(context, agent);
        }
    }

    public async Task ReplaceAsync(HttpContext context)
    {
        var document = await RequestBody.ReadObjectAsync(context);
        var expected = await ExpectedAsync(context);
        await AnswerAsync(context, Replies.Take(
            await agents.ReplaceAsync(tenants.Of(context), AgentLookup.Reference(context), document, expected, context.RequestAborted), context));
    }

    public async Task PatchAsync(HttpContext context)
    {
        var patch = await RequestBody.ReadObjectAsync(context);
        var expected = await ExpectedAsync(context);
        await AnswerAsync(context, Replies.Take(
            await agents.PatchAsync(tenants.Of(context), AgentLookup.Reference(context), patch, expected, context.RequestAborted), context));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var expected = await ExpectedAsync(context);
        Replies.Take(await agents.DeleteAsync(tenants.Of(context), AgentLookup.Reference(context), expected, context.RequestAborted), context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task ListVersionsAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        var cursor = query.Name("cursor");
        var limit = query.Limit();
        query.Errors.ThrowIfAny();
        var agent = await FindAsync(context);
        var page = agent.IsReadOnly
            ? new Page<AgentRecord>([agent], null)
            : await Pages.ReadAsync(async () =>
                await agents.ListVersionsAsync(tenants.Of(context), agent.Id, cursor, limit, context.RequestAborted) ?? new Page<AgentRecord>([], null));
        var view = new AgentListView([.. page.Items.Select(AgentView.Of)], [], page.Cursor);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, AgentJson.Wire.AgentListView);
    }

    public async Task SetLabelAsync(HttpContext context)
    {
        var fields = await RequestBody.ReadAsync(context);
        var version = fields.Number("version", 1, long.MaxValue);
        if (version is null)
        {
            fields.RequiredValue("version");
        }

        fields.Done();
        await AnswerAsync(context, Replies.Take(
            await agents.SetLabelAsync(tenants.Of(context), AgentLookup.Reference(context), Label(context), version!.Value, context.RequestAborted), context));
    }

    public async Task RemoveLabelAsync(HttpContext context) => await AnswerAsync(context, Replies.Take(
        await agents.RemoveLabelAsync(tenants.Of(context), AgentLookup.Reference(context), Label(context), context.RequestAborted), context));

    public async Task CheckAsync(HttpContext context)
    {
        var document = await RequestBody.ReadObjectAsync(context);
        var report = Replies.Take(await agents.CheckAsync(tenants.Of(context), AgentLookup.Reference(context), document, context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, AgentCheckView.Of(report), AgentJson.Wire.AgentCheckView);
    }

    public async Task GetToolsAsync(HttpContext context)
    {
        var view = AgentTools.Of(await FindAsync(context), engine.Tools);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, AgentJson.Wire.AgentToolsView);
    }

    private async Task AnswerAsync(HttpContext context, AgentRecord agent)
    {
        context.Response.Headers.ETag = $"\"{TagOf(agent)}\"";
        var labels = await agents.LabelsAsync(tenants.Of(context), agent, context.RequestAborted);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, AgentView.Whole(agent, labels), AgentJson.Wire.AgentView);
    }

    private ValueTask<AgentRecord> FindAsync(HttpContext context) =>
        lookup.FindAsync(tenants.Of(context), AgentLookup.Reference(context), context.RequestAborted);

    private static string Label(HttpContext context) => (string)context.Request.RouteValues["label"]!;

    private static string TagOf(AgentRecord agent) => agent.IsReadOnly ? agent.Definition.Hash.Value : agent.Version.ToString(CultureInfo.InvariantCulture);

    /// <summary>The version that <c>If-Match</c> names, checked where it is not a version of a stored agent.</summary>
    private async ValueTask<long?> ExpectedAsync(HttpContext context)
    {
        var tags = context.Request.Headers.IfMatch;
        if (tags.Count == 0 || tags[0] == "*")
        {
            return null;
        }

        var tag = tags.Count == 1 ? tags[0]!.Trim() : "";
        if (tag.Length > 2 && tag[0] == '"' && tag[^1] == '"' && long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, null, out var version))
        {
            return version;
        }

        var agent = await FindAsync(context);
        throw new ProblemException("version_conflict", $"If-Match: the agent is at \"{TagOf(agent)}\"; send what its ETag said when you read it.");
    }
}
