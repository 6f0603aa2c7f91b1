using System.Text.RegularExpressions;

namespace Actant.Secrets;

/// <summary>What names a secret: 1 to 128 letters, digits, <c>. _ -</c>, beginning with a letter or digit.</summary>
internal static partial class SecretName
{
    public const int LongestValue = 64 * 1024;

    private const string AgentPrefix = "agent-";

    /// <summary>The name under which the key is kept that came with an agent.</summary>
    public static string OfAgent(string agent) => AgentPrefix + agent;

    /// <summary>Whether a name is one of those: it serves the model of that agent and nothing else, whoever writes it down.</summary>
    public static bool IsOfAgent(string name) =>
        name.StartsWith(AgentPrefix, StringComparison.Ordinal) && Guid.TryParseExact(name.AsSpan(AgentPrefix.Length), "D", out _);

    /// <summary>Whether there may be a secret of this name that tools and deliveries of a tenant may use.</summary>
    public static bool MayUse(this ISecretSource secrets, TenantId tenant, string name) => !IsOfAgent(name) && secrets.MayHave(tenant, name);

    public static bool IsValid(string name) => Form().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
