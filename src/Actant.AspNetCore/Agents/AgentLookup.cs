using Actant.Agents;
using Actant.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Agents;

/// <summary>Finds the agent that a request names.</summary>
internal sealed class AgentLookup(AgentStore agents)
{
    /// <exception cref="ProblemException">There is none.</exception>
    public async ValueTask<AgentRecord> FindAsync(TenantId tenant, string reference, CancellationToken cancellationToken)
    {
        var isName = NameRules.IsName(reference);
        var agent = isName ? await agents.GetAsync(tenant, reference, cancellationToken) : null;
        return agent ?? throw new ProblemException(
            ProblemCodes.AgentNotFound, isName ? $"There is no agent '{reference}'; GET /api/v1/agents lists those there are." : "There is no such agent.");
    }

    /// <summary>The reference in the address.</summary>
    public static string Reference(HttpContext context) => (string)context.Request.RouteValues["name"]!;
}
