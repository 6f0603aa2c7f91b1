using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Api;

/// <summary>How views are written.</summary>
[JsonSerializable(typeof(ExecutionView))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The context whose texts stay readable: what is written are JSON documents, never parts of a page.</summary>
    public static ApiJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = JsonLimits.DecodeDepth,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTimeConverter() },
    });
}
