using System.Buffers;
using System.Text.Json;
using Actant.Definitions;
using Actant.Secrets;

namespace Actant.Agents;

/// <summary>Takes the <c>api_key</c> out of what somebody sends for an agent, and leaves a reference to a secret in its place.</summary>
internal sealed class AgentKeys(ISecretStore? secrets)
{
    private const string Field = "api_key";

    /// <summary>The document without a key in it, or what is wrong; keeps the key.</summary>
    public async ValueTask<(JsonElement Document, DefinitionProblem? Problem)> KeepAsync(
        TenantId tenant, string agent, JsonElement document, CancellationToken cancellationToken)
    {
        if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty(Field, out var key))
        {
            return (document, null);
        }

        var fault = key.ValueKind != JsonValueKind.String || key.GetString() is not { Length: > 0 and <= SecretName.LongestValue } ? "A text is expected."
            : secrets is null ? "This process keeps no secrets: leave the field out."
            : !document.TryGetProperty("model", out var model) || model.ValueKind is not (JsonValueKind.String or JsonValueKind.Object) ? "The key is for `model`, which is missing."
            : null;
        if (fault is not null)
        {
            return (document, new DefinitionProblem($"$.{Field}", DefinitionErrors.UnknownSecret, fault));
        }

        try
        {
            await secrets!.SetAsync(tenant, NameOf(agent), new Secret(key.GetString()!), cancellationToken);
            return (Refer(document, agent), null);
        }
        catch (SecretSourceException exception)
        {
            return (document, new DefinitionProblem($"$.{Field}", SecretErrors.Unavailable, exception.Message));
        }
    }

    public async ValueTask ForgetAsync(TenantId tenant, string agent, CancellationToken cancellationToken)
    {
        if (secrets is not null)
        {
            await secrets.RemoveAsync(tenant, NameOf(agent), cancellationToken);
        }
    }

    private static string NameOf(string agent) => $"agent-{agent}";

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

            writer.WriteString(Field, $"secret://{NameOf(agent)}");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return JsonElement.Parse(output.WrittenSpan, JsonLimits.Decoding);
    }
}
