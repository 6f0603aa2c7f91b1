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
            return compiled;
        }

        foreach (var problem in problems)
        {
            validation.Report(ToPath(path, problem.Path), DefinitionErrors.InvalidSchema, problem.Message);
        }

        return null;
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
