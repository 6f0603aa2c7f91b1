using System.Text.Json;
using Actant.Definitions;
using Actant.Secrets;

namespace Actant.Validation;

/// <summary>The models that nodes call.</summary>
internal static class ModelRules
{
    private const string OfAgent = "$.model";

    public static void Check(NodeSite site, ValidationRun validation)
    {
        var path = site.ModelPath;
        if (validation.IsBroken(path))
        {
            return;
        }

        if (site.Node.Model is { } model)
        {
            if (path != OfAgent)
            {
                CheckRanges(model, path, validation);
            }

            CheckProvider(model, path, validation);
        }
        else if (NodeFields.IsAgent(site.Node.Type) && !validation.Context.HasDefaultModel)
        {
            validation.Report(
                path,
                DefinitionErrors.MissingModel,
                $"The node `{site.Node.Name}` asks a model: give it or the agent a `model`.");
        }
    }

    /// <summary>The model that the agent gives to its nodes, once, and also where none of them takes it.</summary>
    public static void CheckOfAgent(ValidationRun validation)
    {
        if (!validation.IsBroken(OfAgent)
            && validation.Agent.Source is { ValueKind: JsonValueKind.Object } source && source.TryGetProperty("model", out var written) && written.ValueKind != JsonValueKind.Null
            && ModelReader.Read(new DefinitionCursor(written, OfAgent, new ProblemList())) is { } model)
        {
            CheckRanges(model, OfAgent, validation);
        }
    }

    private static void CheckRanges(ModelDefinition model, string path, ValidationRun validation)
    {
        RangeRules.Check(model.Temperature, DefinitionBounds.Temperature, $"{path}.temperature", validation);
        RangeRules.Check(model.TopP, DefinitionBounds.TopP, $"{path}.top_p", validation);
        RangeRules.Check(model.MaxOutputTokens, DefinitionBounds.OutputTokens, $"{path}.max_output_tokens", validation);
        RangeRules.CheckTimeout(model.Timeout, $"{path}.timeout_ms", validation);
    }

    private static void CheckProvider(ModelDefinition model, string path, ValidationRun validation)
    {
        if (!validation.Context.ModelProviders.TryGetValue(model.Provider, out var provider))
        {
            validation.Report(
                $"{path}.provider",
                DefinitionErrors.UnknownProvider,
                $"There is no model provider `{JsonPath.Shorten(model.Provider)}`"
                    + Spelling.HintOrList(model.Provider, [.. validation.Context.ModelProviders.Keys], "there are"));
            return;
        }

        if (model.ApiKeySecret is { } secret && FaultOf(secret, validation.Context) is { } fault)
        {
            validation.Report($"{path}.api_key", DefinitionErrors.UnknownSecret, fault);
        }

        foreach (var problem in provider.Check(model))
        {
            validation.Report(JsonPath.Join(path, problem.Path), problem.Code, problem.Message);
        }
    }

    private static string? FaultOf(string secret, DefinitionContext context) =>
        SecretName.IsOfAgent(secret)
            ? context.MayUseKey(secret) ? null : "This key came with another agent and is for that one's model: send a key of your own as `api_key`, or name a secret."
        : context.MayHaveSecret(context.Tenant, secret) ? null
        : $"There is no secret `{secret}`; keep it with `actant secrets set {secret}`, or as the environment variable of `docs/secrets.md`.";
}
