using Actant.Secrets;

namespace Actant.Tools;

/// <summary>The secrets that a tool's definition names, for one call or connection: those of its tenant, each for where it may go, and taken out of what comes back.</summary>
internal sealed class ToolSecrets
{
    private ToolSecrets(IReadOnlyDictionary<string, Secret> values) => (Values, Scrubber) = (values, new SecretScrubber(values.Values));

    /// <summary>The secrets by name.</summary>
    public IReadOnlyDictionary<string, Secret> Values { get; }

    /// <summary>Takes them out of what came back.</summary>
    public SecretScrubber Scrubber { get; }

    /// <summary>Finds them, or says why the tool cannot be called.</summary>
    /// <param name="source">Where they are.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="tool">The tool's name, for what is said.</param>
    /// <param name="names">Which.</param>
    /// <param name="url">Where they will go to; <c>null</c> where that is no address, as of a program that the operator named.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async ValueTask<(ToolSecrets? Found, ToolResult? Refusal)> FindAsync(
        ISecretSource source, TenantId tenant, string tool, IEnumerable<string> names, string? url, CancellationToken cancellationToken)
    {
        var used = new Dictionary<string, Secret>(StringComparer.Ordinal);
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            try
            {
                if (SecretName.IsOfAgent(name) || await source.FindAsync(tenant, name, cancellationToken) is not { } secret)
                {
                    return (null, ToolResult.NotDone(SecretErrors.NotFound, $"The secret '{name}' of '{tool}' is not known; an operator can add it."));
                }

                if (url is not null && !secret.MayGoTo(url))
                {
                    return (null, ToolResult.NotDone(SecretErrors.NotForHost, $"The secret '{name}' of '{tool}' is not for the host of its URL; an operator can say for which hosts it is."));
                }

                used[name] = secret;
            }
            catch (SecretSourceException)
            {
                // The message may name files, which are nothing for a model.
                return (null, ToolResult.NotDone(SecretErrors.Unavailable, $"The secret '{name}' of '{tool}' cannot be read now.", transient: true));
            }
        }

        return (new ToolSecrets(used), null);
    }
}
