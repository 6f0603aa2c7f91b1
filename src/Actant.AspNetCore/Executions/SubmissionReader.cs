using System.Runtime.InteropServices;
using System.Text.Json;
using Actant.Agents;
using Actant.AspNetCore.Agents;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Actant.Definitions;
using Actant.Executions;
using Actant.Storage;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Executions;

/// <summary>Translates a request that submits: which agent, which input, how.</summary>
internal sealed class SubmissionReader(AgentLookup agents, AgentStore catalogue, ActantEngine engine)
{
    /// <summary>A request whose agent the address names.</summary>
    public async Task<SubmitRequest> ReadAsync(HttpContext context, TenantId tenant, AgentRecord agent)
    {
        var key = RequestKey.Of(context);
        var request = SubmissionFields.Read(await RequestBody.ReadAsync(context), withAgent: false);
        return request.For(await LinkAsync(tenant, agent.Definition, "$", context.RequestAborted), key);
    }

    /// <summary>A request whose body names the agent, or brings a definition.</summary>
    public async Task<SubmitRequest> ReadAsync(HttpContext context, TenantId tenant)
    {
        var key = RequestKey.Of(context);
        var request = SubmissionFields.Read(await RequestBody.ReadAsync(context), withAgent: true);
        var agent = request.Definition is { } definition ? Inline(definition) : (await agents.FindAsync(tenant, request.Agent!, context.RequestAborted)).Definition;
        var submission = request.For(await LinkAsync(tenant, agent, request.Definition is null ? "$" : "$.definition", context.RequestAborted), key);
        return request.Definition is { } own ? submission with { Brought = BlobHash.Of(JsonMarshal.GetRawUtf8Value(own)) } : submission;
    }

    /// <summary>The agents that its tools name are taken along as they are now.</summary>
    private async Task<AgentDefinition> LinkAsync(TenantId tenant, AgentDefinition agent, string path, CancellationToken cancellationToken)
    {
        var result = await engine.LinkAsync(tenant, agent, catalogue, cancellationToken);
        return result.Definition ?? throw Invalid(result, path);
    }

    private AgentDefinition Inline(JsonElement definition)
    {
        var result = DefinitionValidator.Validate(DefinitionReader.Read(definition), engine.Context(static _ => true));
        return result.Definition ?? throw Invalid(result, "$.definition");
    }

    private static ProblemException Invalid(DefinitionResult result, string path) => new(new Refusal(
        ProblemCodes.InvalidDefinition,
        $"The definition has {result.Problems.Count} problem(s).",
        [.. result.Problems.Select(problem => problem with { Path = path + problem.Path[1..] })]));
}
