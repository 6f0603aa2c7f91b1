using System.Text.Json;
using Actant.Definitions;
using Actant.Schemas;

namespace Actant.Validation;

/// <summary>JSON Schemas must be usable before anything is checked against them.</summary>
internal static class SchemaRules
{
    /// <summary>The compiled schema; <c>null</c> if there is none or it is invalid.</summary>
    public static JsonSchema? Check(JsonElement? schema, string path, ValidationRun validation)
    {
        if (schema is not { } element)
        {
            return null;
        }

        if (JsonSchema.TryCompile(element, out var compiled, out var problems))
        {
            foreach (var nullable in NullablesOf(element, path))
            {
                validation.Report(nullable, DefinitionErrors.InvalidSchema, "`nullable` is OpenAPI's and means nothing here: write `type: [\"string\", \"null\"]`, with the type that it has.");
            }

            return compiled;
        }

        foreach (var problem in problems)
        {
            validation.Report(ToPath(path, problem.Path), DefinitionErrors.InvalidSchema, problem.Message + HintOf(problem.Path));
        }

        return null;
    }

    /// <summary>What an older dialect wrote there, and what says the same now.</summary>
    private static string HintOf(string pointer) =>
        pointer.EndsWith("/exclusiveMinimum", StringComparison.Ordinal) ? "; write the bound itself: `exclusiveMinimum: 0` in place of `minimum: 0` with `exclusiveMinimum: true`"
        : pointer.EndsWith("/exclusiveMaximum", StringComparison.Ordinal) ? "; write the bound itself: `exclusiveMaximum: 9` in place of `maximum: 9` with `exclusiveMaximum: true`"
        : "";

    /// <summary>Where a schema, or one inside of it, says <c>nullable: true</c>. Its depth is bounded by the compiler.</summary>
    private static IEnumerable<string> NullablesOf(JsonElement schema, string path)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var member in schema.EnumerateObject())
        {
            var place = JsonPath.Member(path, member.Name);
            IEnumerable<string> inside = member.Name switch
            {
                "nullable" when member.Value.ValueKind == JsonValueKind.True => [place],
                "items" or "additionalProperties" or "contains" or "not" or "if" or "then" or "else" => NullablesOf(member.Value, place),
                "properties" or "patternProperties" or "$defs" or "definitions" or "dependentSchemas" when member.Value.ValueKind == JsonValueKind.Object =>
                    member.Value.EnumerateObject().SelectMany(named => NullablesOf(named.Value, JsonPath.Member(place, named.Name))),
                "anyOf" or "oneOf" or "allOf" or "prefixItems" when member.Value.ValueKind == JsonValueKind.Array =>
                    member.Value.EnumerateArray().SelectMany((one, index) => NullablesOf(one, JsonPath.Item(place, index))),
                _ => [],
            };
            foreach (var found in inside)
            {
                yield return found;
            }
        }
    }

    /// <summary>Puts a JSON pointer such as <c>#/properties/a</c> below a path.</summary>
    private static string ToPath(string path, string pointer)
    {
        if (!pointer.StartsWith("#/", StringComparison.Ordinal))
        {
            return path;
        }

        foreach (var token in pointer[2..].Split('/'))
        {
            path = int.TryParse(token, out var index)
                ? JsonPath.Item(path, index)
                : JsonPath.Member(path, Uri.UnescapeDataString(token).Replace("~1", "/").Replace("~0", "~"));
        }

        return path;
    }
}
