using System.Globalization;
using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Agents;

/// <summary>Makes, changes and shows agents.</summary>
internal sealed class AgentEndpoints(ActantOperations operations)
{
    public async Task ListAsync(HttpContext context)
    {
        var command = Replies.Take(ListAgentsCommand.Read(QueryFields.Of(context)), context);
        var view = Replies.Take(await operations.Agents.ListAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.ListAgents.Json);
    }

    public async Task CreateAsync(HttpContext context)
    {
        var command = new AgentDocumentCommand { Document = await RequestBody.ObjectAsync(context) };
        var agent = Replies.Take(await operations.Agents.CreateAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
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
        var command = await ChangeAsync(context);
        await AnswerAsync(context, Replies.Take(await operations.Agents.ReplaceAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context));
    }

    public async Task PatchAsync(HttpContext context)
    {
        var command = await ChangeAsync(context);
        await AnswerAsync(context, Replies.Take(await operations.Agents.PatchAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var command = new DeleteAgentCommand(Reference(context), await ExpectedAsync(context));
        Replies.Take(await operations.Agents.DeleteAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task ListVersionsAsync(HttpContext context)
    {
        var command = Replies.Take(ListVersionsCommand.Read(QueryFields.Of(context), Reference(context)), context);
        var view = Replies.Take(await operations.Agents.ListVersionsAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.ListAgentVersions.Json);
    }

    public async Task SetLabelAsync(HttpContext context)
    {
        var command = Replies.Take(LabelCommand.Read(await RequestBody.FieldsAsync(context), Reference(context), RouteValues.Of(context, "label")), context);
        await AnswerAsync(context, Replies.Take(await operations.Agents.SetLabelAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context));
    }

    public async Task RemoveLabelAsync(HttpContext context)
    {
        var command = new LabelCommand { Agent = Reference(context), Label = RouteValues.Of(context, "label") };
        await AnswerAsync(context, Replies.Take(await operations.Agents.RemoveLabelAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context));
    }

    public async Task CheckAsync(HttpContext context)
    {
        var command = new AgentDocumentCommand { Agent = Reference(context), Document = await RequestBody.ObjectAsync(context) };
        var view = Replies.Take(await operations.Agents.CheckAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.CheckAgent.Json);
    }

    public async Task GetToolsAsync(HttpContext context)
    {
        var view = Replies.Take(await operations.Agents.ListToolsAsync(AccessGuard.CallerOf(context), new AgentCommand(Reference(context)), context.RequestAborted), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.ListAgentTools.Json);
    }

    private static Task AnswerAsync(HttpContext context, AgentView agent)
    {
        context.Response.Headers.ETag = $"\"{TagOf(agent)}\"";
        return Answer.WriteAsync(context, StatusCodes.Status200OK, agent, Operations.GetAgent.Json);
    }

    private static string Reference(HttpContext context) => RouteValues.Of(context, "name");

    private static string TagOf(AgentView agent) => agent.ReadOnly ? agent.Hash : agent.Version.ToString(CultureInfo.InvariantCulture);

    private async Task<AgentView> FindAsync(HttpContext context) =>
        Replies.Take(await operations.Agents.GetAsync(AccessGuard.CallerOf(context), new AgentCommand(Reference(context)), context.RequestAborted), context);

    private async Task<AgentDocumentCommand> ChangeAsync(HttpContext context) => new()
    {
        Agent = Reference(context),
        Document = await RequestBody.ObjectAsync(context),
        Expected = await ExpectedAsync(context),
    };

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
