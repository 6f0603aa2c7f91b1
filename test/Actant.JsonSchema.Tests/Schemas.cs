using System.Text.Json;

namespace Actant.Schemas.Tests;

internal static class Schemas
{
    public static JsonElement Json(string json) =>
        JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = 100_000 });

    public static ValidationResult Validate(string schema, string instance, JsonSchemaOptions? options = null)
    {
        Assert.True(JsonSchema.TryCompile(Json(schema), out var compiled, out var problems, options), string.Join("; ", problems));
        var result = compiled.Validate(Json(instance));
        Assert.Equal(result.IsValid, compiled.IsValid(Json(instance)));
        Assert.Equal(result.IsValid, result.Errors.Count == 0);
        return result;
    }

    public static IReadOnlyList<SchemaProblem> Problems(string schema, JsonSchemaOptions? options = null)
    {
        var usable = JsonSchema.TryCompile(Json(schema), out var compiled, out var problems, options);
        Assert.Equal(usable, problems.Count == 0);
        Assert.Equal(usable, compiled is not null);
        return problems;
    }
}
