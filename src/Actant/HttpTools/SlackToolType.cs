using System.Diagnostics.CodeAnalysis;
using Actant.Definitions;
using Actant.Egress;
using Actant.Secrets;
using Actant.Tools;

namespace Actant.HttpTools;

/// <summary>Tools of type <c>slack</c>: messages to channels that a definition names, through the guard. See <c>docs/slack.md</c>.</summary>
/// <param name="guard">The way out.</param>
/// <param name="secrets">Where the token or the webhook is found, by the tenant of the call.</param>
/// <param name="time">The clock of time-outs.</param>
public sealed class SlackToolType(EgressGuard guard, ISecretSource secrets, TimeProvider time) : IToolType
{
    /// <inheritdoc />
    public string Name => "slack";

    /// <inheritdoc />
    public bool TryCreate(ToolDefinition definition, [NotNullWhen(true)] out Tool? tool, out IReadOnlyList<DefinitionProblem> problems)
    {
        (var settings, problems) = SlackToolReader.Read(definition);
        tool = settings is null ? null : new SlackTool(definition, settings, guard, secrets, time);
        return tool is not null;
    }

    /// <summary>Whether the policy lets the address out, where it is known, and the tenant has the secret.</summary>
    public IReadOnlyList<DefinitionProblem> CheckPlace(ToolDefinition definition, TenantId tenant)
    {
        if (SlackToolReader.Read(definition).Settings is not { } settings)
        {
            return [];
        }

        var problems = new List<DefinitionProblem>();
        if (!settings.IsWebhook && guard.Check(settings.Url) is { } refused)
        {
            problems.Add(new("$.config.url", DefinitionErrors.HostNotAllowed, refused.Message));
        }

        if (!secrets.MayUse(tenant, settings.Secret))
        {
            problems.Add(new(
                settings.IsWebhook ? "$.config.webhook" : "$.config.token",
                DefinitionErrors.UnknownSecret,
                $"There is no secret `{settings.Secret}`; add it, for example as the environment variable of `docs/secrets.md`."));
        }

        return problems;
    }
}
