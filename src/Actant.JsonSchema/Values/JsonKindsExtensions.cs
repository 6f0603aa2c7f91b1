using System.Text.Json;

namespace Actant.Schemas;

internal static class JsonKindsExtensions
{
    public static JsonKinds ToKinds(this JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => JsonKinds.Object,
        JsonValueKind.Array => JsonKinds.Array,
        JsonValueKind.String => JsonKinds.String,
        JsonValueKind.Number => JsonKinds.Number,
        JsonValueKind.True or JsonValueKind.False => JsonKinds.Boolean,
        JsonValueKind.Null => JsonKinds.Null,
        _ => JsonKinds.None,
    };
}
