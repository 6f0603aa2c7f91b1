using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actant.HttpTools;

/// <summary>What models are told of the arguments of <c>http_request</c>.</summary>
internal static class HttpRequestSchema
{
    private const string Text = """
        {"type":"object","properties":{
        "method":{"type":"string"},
        "url":{"type":"string","description":"Absolute, http or https."},
        "headers":{"type":"object","additionalProperties":{"type":"string"}},
        "params":{"type":"object","description":"Added to the URL's query.",
        "additionalProperties":{"type":["string","number","boolean","array"],"items":{"type":["string","number","boolean"]}}},
        "data":{"type":["string","object"],"description":"The body: a text as it is, or the fields of a form.",
        "additionalProperties":{"type":["string","number","boolean"]}},
        "json":{"description":"The body as JSON; instead of data."},
        "timeout":{"type":"number","exclusiveMinimum":0,"maximum":300,"default":30,"description":"Seconds."},
        "max_redirects":{"type":"integer","minimum":0,"maximum":20,"default":5},
        "verify_ssl":{"type":"boolean","default":true},
        "follow_redirects":{"type":"boolean","default":true}},
        "required":["url"],"additionalProperties":false}
        """;

    public static JsonElement Of(IReadOnlyList<string> methods)
    {
        var schema = JsonNode.Parse(Text, documentOptions: JsonLimits.Decoding)!;
        var method = schema["properties"]!["method"]!;
        method["enum"] = new JsonArray([.. methods.Select(static name => (JsonNode)name)]);
        if (methods.Contains("GET"))
        {
            method["default"] = "GET";
        }
        else
        {
            schema["required"]!.AsArray().Add((JsonNode)"method");
        }

        return JsonElement.Parse(schema.ToJsonString(), JsonLimits.Decoding);
    }
}
