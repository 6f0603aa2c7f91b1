namespace Actant.Schemas.Tests;

public sealed class AllocationTests
{
    private const string ToolArguments =
        """
        {
          "type": "object",
          "properties": {
            "query": { "type": "string", "minLength": 1, "maxLength": 200 },
            "limit": { "type": "integer", "minimum": 1, "maximum": 100 },
            "sort": { "enum": ["relevance", "date", "title"] },
            "tags": { "type": "array", "items": { "type": "string", "pattern": "^[a-z]+$" } },
            "exact": { "type": "boolean" }
          },
          "required": ["query", "limit"],
          "additionalProperties": false
        }
        """;

    [Theory]
    [InlineData(ToolArguments, """{"query":"durable execution","limit":10,"sort":"date","tags":["a","b"],"exact":true}""")]
    [InlineData("""{"anyOf":[{"type":"string"},{"$ref":"#/$defs/n"}],"not":{"const":3},"$defs":{"n":{"multipleOf":0.01}}}""", "19.99")]
    [InlineData("""{"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}""", """{"a":1}""")]
    [InlineData("""{"properties":{"ab":{"maxLength":2}}}""", """{"\u0061b":"\u0061b"}""")]
    public void IsValid_ValidInstance_AllocatesNothing(string schema, string instance)
    {
        var compiled = JsonSchema.Parse(schema);
        var element = Schemas.Json(instance);
        for (var i = 0; i < 200; i++)
        {
            Assert.True(compiled.Validate(element).IsValid);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            compiled.IsValid(element);
            compiled.Validate(element);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
