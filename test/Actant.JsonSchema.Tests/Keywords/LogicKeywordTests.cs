namespace Actant.Schemas.Tests;

public sealed class LogicKeywordTests
{
    private const string Branch = """{"if":{"type":"integer"},"then":{"minimum":10},"else":{"type":"string"}}""";

    [Theory]
    [InlineData("""{"allOf":[{"minimum":1},{"maximum":3}]}""", "2", true)]
    [InlineData("""{"allOf":[{"minimum":1},{"maximum":3}]}""", "4", false)]
    [InlineData("""{"anyOf":[{"type":"string"},{"minimum":3}]}""", "4", true)]
    [InlineData("""{"anyOf":[{"type":"string"},{"minimum":3}]}""", "2", false)]
    [InlineData("""{"oneOf":[{"minimum":1},{"maximum":3}]}""", "4", true)]
    [InlineData("""{"oneOf":[{"minimum":1},{"maximum":3}]}""", "2", false)]
    [InlineData("""{"not":{"type":"string"}}""", "1", true)]
    [InlineData("""{"not":{"type":"string"}}""", "\"a\"", false)]
    [InlineData(Branch, "11", true)]
    [InlineData(Branch, "9", false)]
    [InlineData(Branch, "\"a\"", true)]
    [InlineData(Branch, "null", false)]
    [InlineData("""{"then":false,"else":false}""", "1", true)]
    public void Validate_Combination_FollowsEveryKeyword(string schema, string instance, bool expected) =>
        Assert.Equal(expected, Schemas.Validate(schema, instance).IsValid);

    private const string Tree =
        """{"$id":"https://x.test/tree","$dynamicAnchor":"node","type":"object","properties":{"value":true,"children":{"items":{"$dynamicRef":"#node"}}}}""";

    private const string StrictTree =
        """{"$id":"https://x.test/strict","$dynamicAnchor":"node","$ref":"tree","unevaluatedProperties":false}""";

    [Theory]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"type":"integer"}}}""", "1", true)]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"type":"integer"}}}""", "\"a\"", false)]
    [InlineData("""{"$ref":"#/$defs/a%25~1b","$defs":{"a%/b":{"type":"integer"}}}""", "\"a\"", false)]
    [InlineData("""{"$ref":"#here","$defs":{"a":{"$anchor":"here","type":"integer"}}}""", "\"a\"", false)]
    [InlineData("""{"$id":"https://x.test/a","$ref":"b","$defs":{"a":{"$id":"b","type":"integer"}}}""", "\"a\"", false)]
    [InlineData("""{"$ref":"#/elsewhere/0","elsewhere":[{"type":"integer"}]}""", "\"a\"", false)]
    [InlineData("""{"properties":{"next":{"$ref":"#"}},"additionalProperties":false}""", """{"next":{"next":{}}}""", true)]
    [InlineData("""{"properties":{"next":{"$ref":"#"}},"additionalProperties":false}""", """{"next":{"next":{"last":1}}}""", false)]
    [InlineData("""{"$ref":"https://json-schema.org/draft/2020-12/schema"}""", """{"properties":{"a":{"minLength":1}}}""", true)]
    [InlineData("""{"$ref":"https://json-schema.org/draft/2020-12/schema"}""", """{"properties":{"a":{"minLength":-1}}}""", false)]
    public void Validate_Reference_AppliesTarget(string schema, string instance, bool expected) =>
        Assert.Equal(expected, Schemas.Validate(schema, instance).IsValid);

    [Fact]
    public void Validate_DynamicReference_UsesOutermostAnchor()
    {
        const string Instance = """{"children":[{"value":1,"typo":2}]}""";
        var options = new JsonSchemaOptions
        {
            Remotes = new Dictionary<string, System.Text.Json.JsonElement>(StringComparer.Ordinal) { ["https://x.test/tree"] = Schemas.Json(Tree) },
        };

        Assert.True(Schemas.Validate(Tree, Instance).IsValid);
        Assert.False(Schemas.Validate(StrictTree, Instance, options).IsValid);
        Assert.True(Schemas.Validate(StrictTree, """{"children":[{"value":1}]}""", options).IsValid);
    }

    [Fact]
    public void Validate_MetaschemaWithoutValidationVocabulary_IgnoresAssertions()
    {
        var options = new JsonSchemaOptions
        {
            Remotes = new Dictionary<string, System.Text.Json.JsonElement>(StringComparer.Ordinal)
            {
                ["https://x.test/meta"] = Schemas.Json("""{"$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/applicator":true}}"""),
            },
        };

        Assert.True(Schemas.Validate("""{"$schema":"https://x.test/meta","minimum":5}""", "1", options).IsValid);
        Assert.False(Schemas.Validate("""{"$schema":"https://x.test/meta","items":false}""", "[1]", options).IsValid);
    }
}
