using System.Text.Json;
using Actant.Definitions;
using Actant.Expressions;

namespace Actant.Validation;

/// <summary>Expressions and templates compile, and read only what there is to read.</summary>
internal static class ExpressionRules
{
    private static readonly string[] s_roots = ["state", "input", "item"];

    public static void CheckNode(NodeSite site, ValidationRun validation)
    {
        foreach (var (path, prompt) in site.SystemPrompts())
        {
            CheckTemplate(prompt, path, validation);
        }

        if (site.Node.Template is { } template)
        {
            CheckTemplate(template, site.Field("template", "prompt"), validation);
        }

        if (site.Node.Arguments is { } arguments)
        {
            CheckTexts(arguments, site.Field("arguments"), validation);
        }

        CheckExpressions(site.Node.Set, site.Field("set"), validation);
        CheckExpressions(site.Node.SeenValues, site.Field("sees"), validation);
        CheckExpressions(site.Node.Input, site.Field("input"), validation);
        CheckExpressions(site.Node.Output, site.Field("output"), validation);
        if (site.Node.WaitUntil is { } until && Rfc3339.Parse(until) is null)
        {
            CheckExpression(until, site.Field("until"), validation);
        }
    }

    public static void CheckExpression(string source, string path, ValidationRun validation)
    {
        if (Expression.TryCompile(source, out var expression, out var error))
        {
            CheckRoots(expression.References, path, DefinitionErrors.InvalidExpression, validation);
            return;
        }

        validation.Report(path, DefinitionErrors.InvalidExpression, Describe(error));
    }

    private static void CheckTemplate(string source, string path, ValidationRun validation)
    {
        if (Template.TryCompile(source, out var template, out var error))
        {
            CheckRoots(template.References, path, DefinitionErrors.InvalidTemplate, validation);
            return;
        }

        validation.Report(path, DefinitionErrors.InvalidTemplate, Describe(error));
    }

    private static void CheckExpressions(IReadOnlyDictionary<string, string> expressions, string path, ValidationRun validation)
    {
        foreach (var (key, expression) in expressions)
        {
            CheckExpression(expression, JsonPath.Member(path, key), validation);
        }
    }

    /// <summary>The depth of a value that was read is bounded; one made in code is the caller's.</summary>
    private static void CheckTexts(JsonElement value, string path, ValidationRun validation)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                CheckTemplate(value.GetString()!, path, validation);
                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    CheckTexts(property.Value, JsonPath.Member(path, property.Name), validation);
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    CheckTexts(item, JsonPath.Item(path, index++), validation);
                }

                break;
        }
    }

    private static void CheckRoots(IReadOnlyList<ExpressionReference> references, string path, string code, ValidationRun validation)
    {
        var unknown = references.Where(static reference => !s_roots.Contains(reference.Root)).DistinctBy(static reference => reference.Root);
        foreach (var reference in unknown)
        {
            validation.Report(
                path,
                code,
                $"Character {reference.Position + 1}: unknown name `{JsonPath.Shorten(reference.Root)}`"
                    + Spelling.HintOrList(reference.Root, s_roots, "there are"));
        }
    }

    private static string Describe(ExpressionError error) => $"Character {error.Position + 1}: {error.Message}";
}
