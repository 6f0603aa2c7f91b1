using System.Buffers;
using System.Text.Json;
using Actant.Definitions;
using Actant.Secrets;

namespace Actant.Agents;

/// <summary>Takes the <c>api_key</c> out of what somebody sends for an agent, and leaves a reference to a secret in its place.</summary>
internal sealed class AgentKeys(ISecretStore? secrets)
{
    private const string Field = "api_key";

    /// <summary>The document without a key in it, the key, and what is wrong. Nothing is kept yet: the document may be refused.</summary>
    public (JsonElement Document, Secret? Key, DefinitionProblem? Problem) Take(string agent, JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty(Field, out var key))
        {
            return (document, null, null);
        }

        var fault = key.ValueKind != JsonValueKind.String || key.GetString() is not { Length: > 0 and <= SecretName.LongestValue } ? "A text is expected."
            : secrets is null ? "This process keeps no secrets: leave the field out."
            : !document.TryGetProperty("model", out var model) || model.ValueKind is not (JsonValueKind.String or JsonValueKind.Object) ? "The key is for `model`, which is missing."
            : null;
        return fault is null ? (Refer(document, agent), new Secret(key.GetString()!), null)
            : (document, null, new DefinitionProblem($"$.{Field}", DefinitionErrors.UnknownSecret, fault));
    }

    /// <summary>Keeps a key, for a document that may be stored. What was kept before comes back, or why nothing can be kept.</summary>
    public async ValueTask<(Secret? Before, DefinitionProblem? Problem)> KeepAsync(TenantId tenant, string agent, Secret? key, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return (null, null);
        }

        try
        {
            var before = await secrets!.FindAsync(tenant, SecretName.OfAgent(agent), cancellationToken);
            await secrets.SetAsync(tenant, SecretName.OfAgent(agent), key, cancellationToken);
            return (before, null);
        }
        catch (SecretSourceException exception)
        {
            return (null, new DefinitionProblem($"$.{Field}", SecretErrors.Unavailable, exception.Message));
        }
    }

    /// <summary>The document was not stored after all: what was kept before is kept again.</summary>
    public async ValueTask RestoreAsync(TenantId tenant, string agent, Secret? key, Secret? before)
    {
        if (key is not null && before is not null)
        {
            await secrets!.SetAsync(tenant, SecretName.OfAgent(agent), before, CancellationToken.None);
        }
        else if (key is not null)
        {
            await ForgetAsync(tenant, agent, CancellationToken.None);
        }
    }

    public async ValueTask ForgetAsync(TenantId tenant, string agent, CancellationToken cancellationToken)
    {
        if (secrets is not null)
        {
            await secrets.RemoveAsync(tenant, SecretName.OfAgent(agent), cancellationToken);
        }
    }

    private static JsonElement Refer(JsonElement document, string agent)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            foreach (var member in document.EnumerateObject().Where(static member => member.Name is not (Field or "model")))
            {
                member.WriteTo(writer);
            }

            writer.WriteStartObject("model");
            var model = document.GetProperty("model");
            if (model.ValueKind == JsonValueKind.String)
            {
                writer.WriteString("model_name", model.GetString());
            }
            else
            {
                foreach (var member in model.EnumerateObject().Where(static member => member.Name != Field))
                {
                    member.WriteTo(writer);
                }
            }

            writer.WriteString(Field, $"secret://{SecretName.OfAgent(agent)}");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return JsonElement.Parse(output.WrittenSpan, JsonLimits.Decoding);
    }
}
