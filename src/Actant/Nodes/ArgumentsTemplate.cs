using System.Buffers;
using System.Text.Json;
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

    /// <summary>The value with all templates evaluated, or why there is none, as code and message.</summary>
    public (JsonElement Value, (string Code, string Message)? Fault) Render(IExpressionScope scope, ValueBudget budget)
    {
        if (_templates.Count == 0)
        {
            return (_source, null);
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        if (Render(_source, scope, budget, writer) is { } fault)
        {
            writer.Reset();
            return (default, fault);
        }

        writer.Flush();
        var value = JsonElement.Parse(buffer.WrittenSpan, JsonLimits.Decoding);
        return JsonLimits.IsTooDeep(value) ? (default, ValueBudget.TooDeep) : (value, null);
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

    private (string Code, string Message)? Render(JsonElement element, IExpressionScope scope, ValueBudget budget, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String when _templates.TryGetValue(element.GetString()!, out var template):
                var result = template.EvaluateValue(scope);
                if (!result.IsSuccess)
                {
                    return ("expression_error", result.Error.ToString());
                }

                var (value, fault) = budget.Take(result.Value);
                if (fault is null)
                {
                    value.WriteTo(writer);
                }

                return fault;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    if (Render(item, scope, budget, writer) is { } failed)
                    {
                        return failed;
                    }
                }

                writer.WriteEndArray();
                return null;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    if (Render(member.Value, scope, budget, writer) is { } failed)
                    {
                        return failed;
                    }
                }

                writer.WriteEndObject();
                return null;
            default:
                element.WriteTo(writer);
                return null;
        }
    }
}
