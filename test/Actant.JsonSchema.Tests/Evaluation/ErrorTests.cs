namespace Actant.Schemas.Tests;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("""{"type":"integer"}""", "\"x\"", "$", "#/type", "type", "expected integer, found string \"x\"")]
    [InlineData("""{"type":["integer","null"]}""", "[1]", "$", "#/type", "type", "expected integer or null, found array of 1")]
    [InlineData("""{"required":["b"]}""", "{}", "$", "#/required", "required", "`b` is required")]
    [InlineData("""{"enum":["a",1]}""", "\"c\"", "$", "#/enum", "enum", "must be one of \"a\", 1; found string \"c\"")]
    [InlineData("""{"const":{"a":1}}""", "1", "$", "#/const", "const", "must be {\"a\":1}, found number 1")]
    [InlineData("""{"items":{"properties":{"name":{"maxLength":1}}}}""", """[{},{"name":"ab"}]""", "$[1].name", "#/items/properties/name/maxLength", "maxLength", "must be at most 1 characters long, found 2 in \"ab\"")]
    [InlineData("""{"properties":{"a":{"minimum":1}}}""", """{"a":0.5}""", "$.a", "#/properties/a/minimum", "minimum", "must be greater than or equal to 1, found 0.5")]
    [InlineData("""{"exclusiveMaximum":1}""", "1", "$", "#/exclusiveMaximum", "exclusiveMaximum", "must be less than 1, found 1")]
    [InlineData("""{"multipleOf":5}""", "7", "$", "#/multipleOf", "multipleOf", "must be a multiple of 5, found 7")]
    [InlineData("""{"pattern":"^a"}""", "\"b\"", "$", "#/pattern", "pattern", "must match the pattern ^a, found \"b\"")]
    [InlineData("""{"minItems":2}""", "[1]", "$", "#/minItems", "minItems", "must have at least 2 items, found 1")]
    [InlineData("""{"maxProperties":0}""", """{"a":1}""", "$", "#/maxProperties", "maxProperties", "must have at most 0 properties, found 1")]
    [InlineData("""{"uniqueItems":true}""", "[1,2,1]", "$", "#/uniqueItems", "uniqueItems", "items must be unique, but items 0 and 2 are equal; remove one")]
    [InlineData("""{"properties":{"a":true},"additionalProperties":false}""", """{"b c":1}""", "$['b c']", "#/additionalProperties", "additionalProperties", "`b c` is not allowed here; remove it; known properties are `a`")]
    [InlineData("""{"unevaluatedProperties":false}""", """{"it's":1}""", "$['it\\'s']", "#/unevaluatedProperties", "unevaluatedProperties", "`it's` is not allowed here; remove it")]
    [InlineData("""{"properties":{"a":false}}""", """{"a":1}""", "$.a", "#/properties/a/false", "false", "no value is allowed here, found number 1; remove it")]
    [InlineData("""{"dependentRequired":{"a":["b"]}}""", """{"a":1}""", "$", "#/dependentRequired", "dependentRequired", "`b` is required because `a` is present")]
    [InlineData("""{"contains":{"type":"null"}}""", "[1]", "$", "#/contains", "contains", "must contain at least 1 item(s) that match #/contains, found 0")]
    [InlineData("""{"not":{"type":"null"}}""", "null", "$", "#/not", "not", "must not match #/not, found null")]
    [InlineData("""{"oneOf":[true,false,true]}""", "1", "$", "#/oneOf", "oneOf", "must match exactly one of 3 alternatives, but alternatives 0 and 2 both match")]
    [InlineData("""{"$ref":"#/$defs/n","$defs":{"n":{"type":"number"}}}""", "null", "$", "#/$defs/n/type", "type", "expected number, found null")]
    [InlineData("""{"propertyNames":{"maxLength":1}}""", """{"ab":1}""", "$.ab", "#/propertyNames/maxLength", "maxLength", "must be at most 1 characters long, found 2 in \"ab\"")]
    [InlineData("""{"prefixItems":[true],"items":false}""", "[1,2]", "$[1]", "#/items", "items", "no item is allowed here; at most 1 items are, remove the others")]
    public void Validate_Invalid_SaysWhereAndWhat(string schema, string instance, string instancePath, string schemaPath, string keyword, string message) =>
        Assert.Equal(new ValidationError(instancePath, schemaPath, keyword, message), Assert.Single(Schemas.Validate(schema, instance).Errors));

    [Fact]
    public void Validate_SeveralFailures_ReportsEach()
    {
        var errors = Schemas.Validate(
            """{"required":["a","b"],"properties":{"c":{"type":"string"},"d":{"items":{"type":"integer"}}}}""",
            """{"c":1,"d":[1,"x",null]}""").Errors;

        Assert.Equal(
            ["$.c: expected string, found number 1", "$.d[1]: expected integer, found string \"x\"", "$.d[2]: expected integer, found null", "$: `a` is required", "$: `b` is required"],
            errors.Select(error => error.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Validate_NoAlternativeMatches_ExplainsEveryOne()
    {
        var errors = Schemas.Validate("""{"anyOf":[{"type":"string"},{"minimum":5}]}""", "3").Errors;

        Assert.Equal(["#/anyOf", "#/anyOf/0/type", "#/anyOf/1/minimum"], errors.Select(error => error.SchemaPath));
        Assert.Equal("must match at least one of 2 alternatives, but matches none", errors[0].Message);
    }

    [Fact]
    public void Validate_MatchingAlternative_LeavesNoErrorsOfTheOthers() =>
        Assert.Equal(
            "$.b",
            Assert.Single(Schemas.Validate("""{"anyOf":[{"required":["x"]},{"required":["b"]}],"properties":{"b":{"type":"null"}}}""", """{"b":1}""").Errors).InstancePath);

    [Fact]
    public void Validate_MoreErrorsThanAllowed_StopsAtBound()
    {
        var instance = "[" + string.Join(',', Enumerable.Repeat("\"x\"", 5000)) + "]";

        Assert.Equal(32, Schemas.Validate("""{"items":{"type":"integer"}}""", instance).Errors.Count);
        Assert.Equal(2, Schemas.Validate("""{"items":{"type":"integer"}}""", instance, new() { MaxErrors = 2 }).Errors.Count);
    }

    [Fact]
    public void Validate_HugeValue_IsShortenedInTheMessage() =>
        Assert.InRange(Assert.Single(Schemas.Validate("""{"maxLength":1}""", $"\"{new string('x', 100_000)}\"").Errors).Message.Length, 1, 200);

    [Fact]
    public void Result_Default_IsValidWithoutErrors()
    {
        Assert.True(default(ValidationResult).IsValid);
        Assert.Empty(default(ValidationResult).Errors);
    }
}
