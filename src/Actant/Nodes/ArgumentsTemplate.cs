using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Expressions;

namespace Actant.Nodes;

/// <summary>A JSON value whose strings are templates: a string that is one expression keeps that expression's type.</summary>
internal sealed class ArgumentsTemplate
{
    private readonly JsonElement _source;
    private readonly Dictionary<string, Template> _templates = new(StringComparer.Ordinal);

    /// <summary>Compiles a value that the validator has passed.</summary>
    public ArgumentsTemplate(JsonElement? source)
    {
        _source = source ?? JsonElement.Parse("{}");
        Compile(_source);
    }

    /// <summary>All templates in it.</summary>
    public IEnumerable<Template> Templates => _templates.Values;

    /// <summary>The value with all templates evaluated.</summary>
    public JsonElement Render(IExpressionScope scope, out ExpressionError? error)
    {
        error = null;
        if (_templates.Count == 0)
        {
            return _source;
        }

        var node = Render(_source, scope, ref error);
        return error is null ? node!.ToElement() : default;
    }

    private void Compile(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                var text = element.GetString()!;
                if (Template.Compile(text) is { IsConstant: false } template)
                {
                    _templates[text] = template;
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Compile(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    Compile(member.Value);
                }

                break;
        }
    }

    private JsonNode? Render(JsonElement element, IExpressionScope scope, ref ExpressionError? error)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String when _templates.TryGetValue(element.GetString()!, out var template):
                var result = template.EvaluateValue(scope);
                error ??= result.Error;
                return result.IsSuccess ? JsonNode.Parse(result.Value.ToJsonElement().GetRawText()) : null;
            case JsonValueKind.Array:
                var array = new JsonArray();
                foreach (var item in element.EnumerateArray())
                {
                    array.Add(Render(item, scope, ref error));
                }

                return array;
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in element.EnumerateObject())
                {
                    members[member.Name] = Render(member.Value, scope, ref error);
                }

                return members;
            default:
                return JsonNode.Parse(element.GetRawText());
        }
    }
}
