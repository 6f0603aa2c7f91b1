using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Api;

/// <summary>How answers are written. What is written, each context says of its own.</summary>
public static class WireJson
{
    /// <summary>Options of one serializer context, whose texts stay readable: answers are JSON documents, never parts of a page.</summary>
    public static JsonSerializerOptions CreateOptions() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = JsonLimits.DecodeDepth,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTimeConverter() },
    };
}
