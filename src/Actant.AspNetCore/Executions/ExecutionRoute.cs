using Actant.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Executions;

/// <summary>The execution that an address names.</summary>
internal static class ExecutionRoute
{
    /// <exception cref="ProblemException">It can be no execution's id.</exception>
    public static ExecutionId Id(HttpContext context)
    {
        var text = (string)context.Request.RouteValues["id"]!;
        return ExecutionId.TryParse(text, out var id) ? id : throw Unknown(text);
    }

    public static ProblemException Unknown(string id) =>
        new(ProblemCodes.ExecutionNotFound, $"There is no execution '{(id.Length <= 64 ? id : id[..64] + "…")}'.");
}
