using System.Diagnostics.CodeAnalysis;
using Actant.Definitions;
using Actant.Egress;
using Actant.Secrets;
using Actant.Tools;

namespace Actant.HttpTools;

/// <summary>Tools of type <c>http</c>: services that a definition describes, called through the guard. See <c>docs/tools.md</c>.</summary>
/// <param name="guard">The way out.</param>
/// <param name="secrets">Where <c>secret://NAME</c> is found, by the tenant of the call.</param>
/// <param name="time">The clock of time-outs.</param>
public sealed class HttpToolType(EgressGuard guard, ISecretSource secrets, TimeProvider time) : IToolType
{
    /// <inheritdoc />
    public string Name => "http";

    /// <inheritdoc />
    public bool TryCreate(ToolDefinition definition, [NotNullWhen(true)] out Tool? tool, out IReadOnlyList<DefinitionProblem> problems)
    {
        (var settings, problems) = HttpToolReader.Read(definition);
        tool = settings is null ? null : new HttpTool(definition, settings, guard, secrets, time);
        return tool is not null;
    }

    /// <summary>
    /// Whether the policy lets the URL out and the tenant has the secrets. The key of an agent is none of them: it is for that agent's model.
    /// </summary>
    public IReadOnlyList<DefinitionProblem> CheckPlace(ToolDefinition definition, TenantId tenant)
    {
        if (HttpToolReader.Read(definition).Settings is not { } settings)
        {
            return [];
        }

        var problems = new List<DefinitionProblem>();
        if (guard.Check(settings.Url.Sample) is { } refused)
        {
            problems.Add(new("$.config.url", DefinitionErrors.HostNotAllowed, refused.Message));
        }

        foreach (var (path, name) in settings.Secrets.Distinct().Where(secret => !secrets.MayUse(tenant, secret.Name)))
        {
            problems.Add(new(path, DefinitionErrors.UnknownSecret, $"There is no secret `{name}`; add it, for example as the environment variable of `docs/secrets.md`."));
        }

        return problems;
    }
}
