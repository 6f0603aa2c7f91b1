using System.Text.Json;
using Actant.Expressions;

namespace Actant.Benchmarks.HotPaths;

/// <summary>The members of a JSON object as roots.</summary>
internal sealed class JsonScope(JsonElement roots) : IExpressionScope
{
    public bool TryGetValue(string name, out ExpressionValue value)
    {
        var isKnown = roots.TryGetProperty(name, out var element);
        value = isKnown ? ExpressionValue.FromJson(element) : default;
        return isKnown;
    }
}
