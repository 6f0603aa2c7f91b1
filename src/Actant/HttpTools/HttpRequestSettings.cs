using System.Text.Json;
using Actant.Definitions;
using Actant.Egress;

namespace Actant.HttpTools;

/// <summary>What a definition may narrow <c>http_request</c> to.</summary>
internal sealed record HttpRequestSettings
{
    public IReadOnlyList<string> Methods { get; init; } = HttpFields.Methods;

    public IReadOnlyList<string> AllowedDomains { get; init; } = [];

    /// <summary>Reads <c>config</c>; <c>null</c> if something is wrong with it.</summary>
    public static HttpRequestSettings? Read(JsonElement config, ICollection<DefinitionProblem> problems)
    {
        var settings = new HttpRequestSettings();
        var before = problems.Count;
        foreach (var property in config.EnumerateObject().Where(static property => property.Value.ValueKind != JsonValueKind.Null || !HttpFields.Request.Contains(property.Name)))
        {
            switch (property.Name)
            {
                case "tool":
                    break;
                case "methods":
                    settings = settings with { Methods = [.. Texts(property, problems).Select(static text => text.ToUpperInvariant())] };
                    var unknown = settings.Methods.Except(HttpFields.Methods).ToList();
                    if (settings.Methods.Count == 0 || unknown.Count > 0)
                    {
                        problems.Add(new("$.config.methods", DefinitionErrors.UnknownValue, $"Some of {string.Join(", ", HttpFields.Methods)} are expected."));
                    }

                    break;
                case "allowed_domains":
                    settings = settings with { AllowedDomains = Texts(property, problems) };
                    foreach (var wrong in settings.AllowedDomains.Where(static domain => !DomainList.TryRead(domain, out _, out _)))
                    {
                        problems.Add(new("$.config.allowed_domains", DefinitionErrors.UnknownValue, $"`{wrong}` is neither a host such as `api.example.com` nor `*.example.com`."));
                    }

                    break;
                default:
                    problems.Add(new($"$.config.{property.Name}", DefinitionErrors.UnknownField, "`http_request` takes `methods` and `allowed_domains`."));
                    break;
            }
        }

        return problems.Count == before ? settings : null;
    }

    private static List<string> Texts(JsonProperty property, ICollection<DefinitionProblem> problems)
    {
        if (property.Value.ValueKind == JsonValueKind.Array && property.Value.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String))
        {
            return [.. property.Value.EnumerateArray().Select(static item => item.GetString()!)];
        }

        problems.Add(new($"$.config.{property.Name}", DefinitionErrors.WrongType, "A list of texts is expected."));
        return [];
    }
}
