using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Secrets;

namespace Actant.HttpTools;

/// <summary>
/// A JSON value whose texts are templates. A text that is only <c>{argument}</c> becomes the argument's JSON value, and its property
/// or item is left out if the argument is missing; every other text is filled in as text.
/// </summary>
internal sealed class JsonTemplate
{
    private readonly JsonElement _value;
    private readonly Dictionary<string, HttpTemplate> _texts = new(StringComparer.Ordinal);

    public JsonTemplate(JsonElement value)
    {
        _value = value;
        Collect(value);
    }

    public IEnumerable<HttpTemplate> Texts => _texts.Values;

    public JsonNode? Fill(JsonElement arguments, IReadOnlyDictionary<string, Secret> secrets) => Fill(_value, arguments, secrets, out _);

    private void Collect(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    Collect(property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Collect(item);
                }

                break;
            case JsonValueKind.String:
                _texts.TryAdd(value.GetString()!, HttpTemplate.Parse(value.GetString()!));
                break;
        }
    }

    private JsonNode? Fill(JsonElement value, JsonElement arguments, IReadOnlyDictionary<string, Secret> secrets, out bool isMissing)
    {
        isMissing = false;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var filled = new JsonObject();
                foreach (var property in value.EnumerateObject())
                {
                    var inner = Fill(property.Value, arguments, secrets, out var isLeftOut);
                    if (!isLeftOut)
                    {
                        filled[property.Name] = inner;
                    }
                }

                return filled;
            case JsonValueKind.Array:
                var list = new JsonArray();
                foreach (var item in value.EnumerateArray())
                {
                    var inner = Fill(item, arguments, secrets, out var isLeftOut);
                    if (!isLeftOut)
                    {
                        list.Add(inner);
                    }
                }

                return list;
            case JsonValueKind.String when _texts[value.GetString()!] is var template && template.OnlyArgument is { } name:
                isMissing = !arguments.TryGetProperty(name, out var argument);
                return isMissing ? null : JsonNode.Parse(argument.GetRawText(), documentOptions: JsonLimits.Decoding);
            case JsonValueKind.String:
                var text = _texts[value.GetString()!].Fill(arguments, secrets);
                isMissing = text is null;
                return text;
            default:
                return JsonNode.Parse(value.GetRawText(), documentOptions: JsonLimits.Decoding);
        }
    }
}
