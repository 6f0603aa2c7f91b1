using Actant.Definitions;
using Actant.Secrets;
using Microsoft.Extensions.AI;

namespace Actant.LanguageModels;

/// <summary>The key that a model definition brings along, found anew for every call: it may be another tenant's turn, or a new key.</summary>
internal sealed class ModelKey
{
    // The SDKs stand between a call and its request; what is said here is heard where requests leave.
    private static readonly AsyncLocal<string?> s_current = new();

    private readonly ISecretSource _secrets;
    private readonly string _name;
    private readonly ModelEndpoint _endpoint;

    private ModelKey(ISecretSource secrets, string name, ModelEndpoint endpoint) => (_secrets, _name, _endpoint) = (secrets, name, endpoint);

    /// <summary>The key of the call that is under way here.</summary>
    public static string? Current => s_current.Value;

    /// <summary>The key of a model, if it brings one.</summary>
    public static ModelKey? Of(ModelDefinition model, ModelEndpoint endpoint, ISecretSource? secrets) =>
        model.ApiKeySecret is { } name && secrets is not null ? new ModelKey(secrets, name, endpoint) : null;

    /// <summary>What is wrong with the key of a model, or with its lack.</summary>
    public static List<DefinitionProblem> Check(ModelDefinition model, ModelEndpoint endpoint, ISecretSource? secrets) => model.ApiKeySecret switch
    {
        null when endpoint.LacksKey =>
            [new("$.provider", DefinitionErrors.MissingKey, $"There is no key for `{endpoint.Name}`: set the environment variable {endpoint.KeyVariable}.")],
        { } when secrets is null =>
            [new("$.api_key", DefinitionErrors.UnknownSecret, "This process keeps no secrets; leave the field out.")],
        _ => [],
    };

    /// <summary>The key's text.</summary>
    /// <exception cref="ModelException">It is gone, or cannot be had now.</exception>
    public async ValueTask<string> FindAsync(ChatOptions options, CancellationToken cancellationToken)
    {
        var tenant = options.AdditionalProperties?.TryGetValue(ModelCallProperties.Tenant, out string? id) == true ? new TenantId(id!) : TenantId.Default;
        try
        {
            if (await _secrets.FindAsync(tenant, _name, cancellationToken) is { } secret)
            {
                return secret.MayGoTo(_endpoint.Address.AbsoluteUri) ? secret.Reveal() : throw new ModelException(new Failure
                {
                    Code = SecretErrors.NotForHost,
                    Message = $"The secret `{_name}` is not for the host of `{_endpoint.Name}`; an operator can say for which hosts it is.",
                });
            }
        }
        catch (SecretSourceException exception)
        {
            throw new ModelException(new Failure { Code = ModelErrors.Unavailable, Message = exception.Message, Transient = true }, exception);
        }

        throw new ModelException(new Failure { Code = ModelErrors.Unauthorized, Message = $"There is no secret `{_name}` any more." });
    }

    /// <summary>From here on, in the calls that follow from this one.</summary>
    public static void Use(string? key) => s_current.Value = key;
}
