using System.Text.Json;
using Actant.Definitions;
using Actant.Expressions;
using Actant.Schemas;

namespace Actant.Validation;

/// <summary>
/// What a tool node passes in any case must fit its tool. What a template will give is not known yet, nor what depends on it: of that only
/// names are judged, those that are missing and those that are too many.
/// </summary>
internal static class ConstantArgumentRules
{
    private const int MostReported = 8;
    private static readonly JsonElement s_none = JsonElement.Parse("{}");
    private static readonly string[] s_names = ["required", "additionalProperties", "unevaluatedProperties"];
    private static readonly string[] s_alternatives = ["/anyOf", "/oneOf", "/not", "/if", "/then", "/else", "/dependentSchemas", "/contains"];

    public static void Check(NodeSite site, ValidationRun validation)
    {
        var path = site.Field("arguments");
        if (site.Node is not { Type: NodeType.Tool, Tool: { } tool } || validation.IsBroken(path))
        {
            return;
        }

        var arguments = site.Node.Arguments ?? s_none;
        var open = TemplatesOf(arguments, "$").ToList();
        foreach (var schema in SchemasOf(tool, validation))
        {
            // One fault, one problem: a definition's own schema is narrower than the tool's.
            var misfits = schema.Validate(arguments).Errors.Where(error => open.Count == 0 || IsCertain(error, open)).Take(MostReported).ToList();
            misfits.ForEach(error => validation.Report(
                path + error.InstancePath[1..], DefinitionErrors.InvalidArguments, $"The tool `{tool}` would refuse this: {error.Message}"));
            if (misfits.Count > 0)
            {
                return;
            }
        }
    }

    private static IEnumerable<JsonSchema> SchemasOf(string tool, ValidationRun validation)
    {
        var definition = validation.Agent.Tools.FirstOrDefault(candidate => candidate.Name == tool);
        var code = definition is null
            ? validation.Context.BuiltinTools.GetValueOrDefault(tool) ?? validation.Context.CodeTools.GetValueOrDefault(tool)
            : validation.Context.FindTool(definition);
        foreach (var parameters in new[] { definition?.Parameters, code?.Parameters })
        {
            if (parameters is { } source && JsonSchema.TryCompile(source, out var schema, out _))
            {
                yield return schema;
            }
        }
    }

    private static bool IsCertain(ValidationError error, List<string> open) =>
        !s_alternatives.Any(keyword => error.SchemaPath.Contains(keyword, StringComparison.Ordinal))
        && (s_names.Contains(error.Keyword) || !open.Exists(path => path.StartsWith(error.InstancePath, StringComparison.Ordinal)));

    /// <summary>Where a value comes from a template, also from one that does not compile: that is reported by itself.</summary>
    private static IEnumerable<string> TemplatesOf(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.String => Template.TryCompile(value.GetString()!, out var template, out _) && template.IsConstant ? [] : [path],
        JsonValueKind.Array => value.EnumerateArray().SelectMany((item, index) => TemplatesOf(item, JsonPath.Item(path, index))),

        // A path shortens the name of such a member, so that nothing would be found below it.
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => member.Name.Length > DefinitionBounds.NameLength ? [path] : TemplatesOf(member.Value, JsonPath.Member(path, member.Name))),
        _ => [],
    };
}
