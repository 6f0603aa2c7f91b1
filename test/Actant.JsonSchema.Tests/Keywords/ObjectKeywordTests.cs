namespace Actant.Schemas.Tests;

public sealed class ObjectKeywordTests
{
    private const string Mixed =
        """{"properties":{"a":{"type":"integer"}},"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":{"type":"boolean"}}""";

    [Theory]
    [InlineData(Mixed, """{"a":1,"x-b":"s","c":true}""", true)]
    [InlineData(Mixed, """{"a":true}""", false)]
    [InlineData(Mixed, """{"x-b":true}""", false)]
    [InlineData(Mixed, """{"c":"s"}""", false)]
    [InlineData(Mixed, "[]", true)]
    [InlineData("""{"properties":{"a/b~":false}}""", """{"a/b~":1}""", false)]
    [InlineData("""{"properties":{"ab":false}}""", """{"\u0061b":1}""", false)]
    [InlineData("""{"additionalProperties":false,"properties":{"a":true}}""", """{"a":1}""", true)]
    [InlineData("""{"additionalProperties":false,"properties":{"a":true}}""", """{"b":1}""", false)]
    [InlineData("""{"required":["a","b"]}""", """{"b":1,"a":null}""", true)]
    [InlineData("""{"required":["a","b"]}""", """{"a":1,"a":2}""", false)]
    [InlineData("""{"required":["a"]}""", "1", true)]
    [InlineData("""{"propertyNames":{"maxLength":2}}""", """{"ab":1,"abc":2}""", false)]
    [InlineData("""{"propertyNames":{"pattern":"^[a-z\"]+$"}}""", """{"a\"b":1}""", true)]
    [InlineData("""{"minProperties":1,"maxProperties":2}""", """{}""", false)]
    [InlineData("""{"minProperties":1,"maxProperties":2}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"minProperties":1,"maxProperties":2}""", """{"a":1,"b":2,"c":3}""", false)]
    [InlineData("""{"dependentRequired":{"a":["b","c"]}}""", """{"a":1,"b":2}""", false)]
    [InlineData("""{"dependentRequired":{"a":["b","c"]}}""", """{"b":2}""", true)]
    [InlineData("""{"dependentRequired":{"a":["b","c"]}}""", """{"c":1,"a":1,"b":2}""", true)]
    [InlineData("""{"dependentSchemas":{"a":{"required":["b"]}}}""", """{"a":1}""", false)]
    [InlineData("""{"dependentSchemas":{"a":{"required":["b"]}}}""", """{"c":1}""", true)]
    public void Validate_Properties_FollowsEveryKeyword(string schema, string instance, bool expected) =>
        Assert.Equal(expected, Schemas.Validate(schema, instance).IsValid);

    [Theory]
    [InlineData("""{"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}""", """{"a":1}""", true)]
    [InlineData("""{"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}""", """{"a":1,"b":2}""", false)]
    [InlineData("""{"allOf":[{"properties":{"a":true}},{"unevaluatedProperties":false}]}""", """{"a":1}""", false)]
    [InlineData("""{"anyOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"b":true}}],"unevaluatedProperties":false}""", """{"a":1,"b":2}""", false)]
    [InlineData("""{"anyOf":[{"properties":{"a":true}},{"properties":{"b":true}}],"unevaluatedProperties":false}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"if":{"properties":{"a":{"const":1}},"required":["a"]},"then":{"properties":{"b":true}},"unevaluatedProperties":false}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"if":{"properties":{"a":{"const":1}},"required":["a"]},"then":{"properties":{"b":true}},"unevaluatedProperties":false}""", """{"b":2}""", false)]
    [InlineData("""{"not":{"not":{"properties":{"a":true}}},"unevaluatedProperties":false}""", """{"a":1}""", false)]
    [InlineData("""{"$ref":"#/$defs/x","$defs":{"x":{"properties":{"a":true}}},"unevaluatedProperties":false}""", """{"a":1}""", true)]
    [InlineData("""{"dependentSchemas":{"a":{"properties":{"a":true,"b":true}}},"unevaluatedProperties":false}""", """{"a":1,"b":1}""", true)]
    [InlineData("""{"properties":{"a":{"properties":{"b":true},"unevaluatedProperties":false}},"unevaluatedProperties":false}""", """{"a":{"c":1}}""", false)]
    [InlineData("""{"unevaluatedProperties":{"type":"string"}}""", """{"a":"x"}""", true)]
    [InlineData("""{"unevaluatedProperties":{"type":"string"}}""", """{"a":1}""", false)]
    public void Validate_UnevaluatedProperties_SeesWhatSucceeded(string schema, string instance, bool expected) =>
        Assert.Equal(expected, Schemas.Validate(schema, instance).IsValid);

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(300)]
    public void Validate_UnevaluatedPropertiesBeyondOneWord_AreTracked(int count)
    {
        var instance = "{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"p{i}\":{i}")) + "}";
        const string Schema = """{"allOf":[{"patternProperties":{"^p":true}},{"anyOf":[{"minProperties":1}]}],"unevaluatedProperties":false}""";

        Assert.True(Schemas.Validate(Schema, instance).IsValid);
        Assert.False(Schemas.Validate(Schema, instance.Replace($"\"p{count - 1}\"", "\"q\"", StringComparison.Ordinal)).IsValid);
    }

    [Fact]
    public void Validate_ManyRequiredNames_FindsTheMissingOne()
    {
        var names = Enumerable.Range(0, 1000).Select(i => $"n{i}").ToList();
        var schema = $$"""{"required":[{{string.Join(',', names.Select(n => $"\"{n}\""))}}]}""";
        var instance = "{" + string.Join(',', names.Where(n => n != "n777").Select(n => $"\"{n}\":1")) + "}";

        var error = Assert.Single(Schemas.Validate(schema, instance).Errors);

        Assert.Equal("`n777` is required", error.Message);
    }
}
