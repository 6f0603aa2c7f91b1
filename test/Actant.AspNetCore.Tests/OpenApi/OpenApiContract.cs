using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Schemas;

namespace Actant.AspNetCore.Tests.OpenApi;

/// <summary>
/// Holds the server to its OpenAPI document. Here, unlike for callers, a field that the document does not describe is a fault.
/// </summary>
internal sealed class OpenApiContract
{
    private readonly JsonElement _document;
    private readonly JsonNode _schemas;
    private readonly Dictionary<string, JsonSchema> _compiled = new(StringComparer.Ordinal);

    public OpenApiContract(string document)
    {
        _document = JsonElement.Parse(document);
        _schemas = JsonNode.Parse(_document.GetProperty("components").GetProperty("schemas").GetRawText()
            .Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!;
        foreach (var (_, schema) in _schemas.AsObject())
        {
            if (schema!["properties"] is not null && schema["additionalProperties"] is null)
            {
                schema["additionalProperties"] = false;
            }
        }
    }

    public void AssertAnswer(string method, string url, string? requestBody, HttpResponseMessage response, string text)
    {
        var operation = OperationOf(method, url.Split('?')[0]);
        if (requestBody is not null)
        {
            AssertRequest(method, url, requestBody);
        }

        var responses = operation.GetProperty("responses");
        var status = ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!responses.TryGetProperty(status, out var answer))
        {
            Assert.True((int)response.StatusCode >= 400, $"{method} {url}: {status} is not described.");
            answer = _document.GetProperty("components").GetProperty("responses").GetProperty("Problem");
        }

        if (!answer.TryGetProperty("content", out var content))
        {
            Assert.Equal("", text);
            return;
        }

        var type = response.Content.Headers.ContentType!.MediaType!;
        Assert.True(content.TryGetProperty(type, out var media), $"{method} {url}: {type} is not described.");
        if (type.EndsWith("json", StringComparison.Ordinal))
        {
            AssertFits(media.GetProperty("schema"), text, $"{method} {url}, {status}");
        }
    }

    public void AssertRequest(string method, string url, string body) => AssertFits(
        OperationOf(method, url.Split('?')[0]).GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema"), body, $"{method} {url}, request");

    private JsonElement OperationOf(string method, string path)
    {
        var parts = path.Split('/');
        var found = _document.GetProperty("paths").EnumerateObject()
            .Where(candidate => candidate.Name.Split('/') is var names && names.Length == parts.Length
                && names.Zip(parts).All(pair => pair.First == pair.Second || pair.First.StartsWith('{')))
            .OrderBy(candidate => candidate.Name.Count(c => c == '{'))
            .FirstOrDefault();
        Assert.True(found.Value.ValueKind == JsonValueKind.Object && found.Value.TryGetProperty(method.ToLowerInvariant(), out _), $"{method} {path} is not described.");
        return found.Value.GetProperty(method.ToLowerInvariant());
    }

    private void AssertFits(JsonElement schema, string text, string where)
    {
        var key = schema.GetRawText();
        if (!_compiled.TryGetValue(key, out var compiled))
        {
            var whole = JsonNode.Parse(key.Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!.AsObject();
            whole["$defs"] = _schemas.DeepClone();
            _compiled[key] = compiled = JsonSchema.Parse(whole.ToJsonString(), new JsonSchemaOptions { AssertFormats = true });
        }

        var result = compiled.Validate(JsonElement.Parse(text));
        Assert.True(result.IsValid, $"{where}: {string.Join("; ", result.Errors)}\n{text}");
    }
}
