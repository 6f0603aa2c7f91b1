using System.Text.Json;
using Actant.Agents;
using Actant.Definitions;
using Actant.Executions;
using Actant.Validation;

namespace Actant.Api;

/// <summary>Finds the agents that commands name, and makes what is to be run of them.</summary>
internal sealed class AgentResolver(ActantEngine engine, AgentStore agents)
{
    /// <summary>The agent of a name, an id or a reference.</summary>
    public async ValueTask<Reply<AgentRecord>> FindAsync(TenantId tenant, string reference, CancellationToken cancellationToken)
    {
        if (!NameRules.IsName(reference))
        {
            return Reply<AgentRecord>.Refused(Missing(reference));
        }

        return await agents.GetAsync(tenant, reference, cancellationToken) is { } agent
            ? Reply<AgentRecord>.Done(agent)
            : Reply<AgentRecord>.Refused(Missing(reference));
    }

    /// <summary>There is none of that name, id or reference.</summary>
    public static Refusal Missing(string reference) => new(
        RefusalCodes.AgentNotFound,
        NameRules.IsName(reference) ? $"There is no agent '{reference}'." : "There is no such agent.");

    /// <summary>What a command wants to be run: the agent that it names, or the definition that it brings.</summary>
    public async ValueTask<Reply<AgentDefinition>> ResolveAsync(TenantId tenant, SubmitCommand command, CancellationToken cancellationToken)
    {
        if (command.Definition is { } definition)
        {
            var read = Read(tenant, definition);
            return read.IsDone ? await LinkAsync(tenant, read.Value, "$.definition", cancellationToken) : read;
        }

        var found = await FindAsync(tenant, command.Agent ?? "", cancellationToken);
        return found.IsDone ? await LinkAsync(tenant, found.Value.Definition, "$", cancellationToken) : Reply<AgentDefinition>.Refused(found.Refusal);
    }

    /// <summary>The agents that its tools name are taken along as they are now.</summary>
    public async ValueTask<Reply<AgentDefinition>> LinkAsync(TenantId tenant, AgentDefinition agent, string path, CancellationToken cancellationToken) =>
        ReplyOf(await engine.LinkAsync(tenant, agent, agents, cancellationToken), path);

    private Reply<AgentDefinition> Read(TenantId tenant, JsonElement definition) =>
        ReplyOf(DefinitionValidator.Validate(DefinitionReader.Read(definition), engine.ContextOf(tenant)), "$.definition");

    private static Reply<AgentDefinition> ReplyOf(DefinitionResult result, string path) => result.Definition is { } agent
        ? Reply<AgentDefinition>.Done(agent)
        : Reply<AgentDefinition>.Refused(new Refusal(
            RefusalCodes.InvalidDefinition,
            $"The definition has {result.Problems.Count} problem(s).",
            [.. result.Problems.Select(problem => problem with { Path = path + problem.Path[1..] })]));
}
