using System.Text.Json;

namespace Actant.Expressions.Tests;

/// <summary>A scope whose roots are the members of a JSON object.</summary>
internal sealed class JsonScope(string json) : IExpressionScope
{
    private readonly JsonElement _roots = JsonElement.Parse(json);

    public bool TryGetValue(string name, out ExpressionValue value)
    {
        var isKnown = _roots.TryGetProperty(name, out var element);
        value = isKnown ? ExpressionValue.FromJson(element) : default;
        return isKnown;
    }
}
