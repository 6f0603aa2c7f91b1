using System.Text.Json;

namespace Actant.Schemas.Tests;

public sealed class ProblemTests
{
    [Theory]
    [InlineData("""{"type":"text"}""", "#/type", "expected null, boolean, object, array, number, integer or string, found \"text\"")]
    [InlineData("""{"type":5}""", "#/type", "found number 5")]
    [InlineData("""{"type":[]}""", "#/type", "at least one")]
    [InlineData("""{"type":["string","string"]}""", "#/type", "distinct")]
    [InlineData("""{"properties":{"a/b":{"minLength":-1}}}""", "#/properties/a~1b/minLength", "expected a non-negative integer, found -1")]
    [InlineData("""{"maxItems":1.5}""", "#/maxItems", "expected a non-negative integer, found 1.5")]
    [InlineData("""{"required":"a"}""", "#/required", "expected an array of strings, found string \"a\"")]
    [InlineData("""{"required":["a","a"]}""", "#/required", "distinct")]
    [InlineData("""{"dependentRequired":{"a":1}}""", "#/dependentRequired/a", "expected an array of strings")]
    [InlineData("""{"enum":"a"}""", "#/enum", "expected an array of values")]
    [InlineData("""{"items":[{}]}""", "#/items", "expected a schema (object or boolean), found array of 1")]
    [InlineData("""{"properties":[]}""", "#/properties", "expected an object whose values are schemas")]
    [InlineData("""{"anyOf":[]}""", "#/anyOf", "at least one schema")]
    [InlineData("""{"anyOf":{}}""", "#/anyOf", "expected an array of schemas")]
    [InlineData("""{"not":1}""", "#/not", "expected a schema")]
    [InlineData("""{"multipleOf":0}""", "#/multipleOf", "greater than 0")]
    [InlineData("""{"minimum":"1"}""", "#/minimum", "expected a number, found string \"1\"")]
    [InlineData("""{"uniqueItems":1}""", "#/uniqueItems", "expected a boolean")]
    [InlineData("""{"pattern":"("}""", "#/pattern", "not a valid regular expression")]
    [InlineData("""{"patternProperties":{"a(":{}}}""", "#/patternProperties/a(", "not a valid regular expression")]
    [InlineData("""{"$ref":"#/$defs/x"}""", "#/$ref", "does not exist")]
    [InlineData("""{"$ref":"#nowhere"}""", "#/$ref", "anchor nowhere, which does not exist")]
    [InlineData("""{"$ref":"https://x.test/other"}""", "#/$ref", "not registered; nothing is fetched")]
    [InlineData("""{"$ref":"#/required","required":["a"]}""", "#/$ref", "not a schema")]
    [InlineData("""{"$ref":1}""", "#/$ref", "expected a string")]
    [InlineData("""{"$id":"#a"}""", "#/$id", "without fragment")]
    [InlineData("""{"$anchor":"1a"}""", "#/$anchor", "must be a name")]
    [InlineData("""{"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}}""", "#/$defs/", "the anchor x is also at")]
    [InlineData("""{"$defs":{"a":{"$id":"http://x.test/a"},"b":{"$id":"http://x.test/a"}}}""", "#/$defs/", "the same URI identifies")]
    [InlineData("""{"$schema":"https://x.test/unknown"}""", "#/$schema", "unknown dialect")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-07/schema#","dependencies":{}}""", "#/dependencies", "not part of 2020-12")]
    [InlineData("""{"$ref":"#"}""", "#", "endless reference")]
    [InlineData("""{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}}""", "#/$defs/", "endless reference")]
    [InlineData("""{"$ref":"http://\u0080\ufffd\u200d--/"}""", "#/$ref", "")]
    [InlineData("""{"$ref":"http://[::"}""", "#/$ref", "")]
    [InlineData("""{"$ref":"urn:a#/b"}""", "#/$ref", "not registered")]
    [InlineData("[]", "#", "expected a schema (object or boolean), found array of 0")]
    public void TryCompile_BrokenSchema_NamesPathAndRemedy(string schema, string path, string message)
    {
        var problem = Assert.Single(Schemas.Problems(schema));

        Assert.StartsWith(path, problem.Path, StringComparison.Ordinal);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryCompile_ManyProblems_ReportsAll()
    {
        var problems = Schemas.Problems(
            """{"type":"x","properties":{"a":{"minimum":"1","pattern":"["},"b":3},"$defs":{"unused":{"maxLength":-1}},"$ref":"#/nope"}""");

        Assert.Equal(
            ["#/$defs/unused/maxLength", "#/$ref", "#/properties/a/minimum", "#/properties/a/pattern", "#/properties/b", "#/type"],
            problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TryCompile_MoreProblemsThanAllowed_StopsAtBound()
    {
        var schema = """{"properties":{""" + string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"p{i}\":{{\"type\":1}}")) + "}}";

        Assert.Equal(100, Schemas.Problems(schema).Count);
    }

    [Fact]
    public void TryCompile_ProblemInRemote_NamesItsUri()
    {
        var options = new JsonSchemaOptions
        {
            Remotes = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["https://x.test/r"] = Schemas.Json("""{"items":{"type":1}}""") },
        };

        Assert.Equal("https://x.test/r#/items/type", Assert.Single(Schemas.Problems("""{"$ref":"https://x.test/r"}""", options)).Path);
    }

    [Theory]
    [InlineData("http://json-schema.org/draft-07/schema#")]
    [InlineData("https://json-schema.org/draft-07/schema")]
    [InlineData("http://json-schema.org/draft-06/schema#")]
    [InlineData("http://json-schema.org/draft-04/schema#")]
    [InlineData("https://json-schema.org/draft-04/schema")]
    public void TryCompile_OlderDraftWithoutItsOwnKeywords_IsReadAs202012(string dialect) =>
        Assert.Empty(Schemas.Problems(
            """{"$schema":"DIALECT","definitions":{"a":{"type":"string"}},"properties":{"a":{"$ref":"#/definitions/a"}}}""".Replace("DIALECT", dialect, StringComparison.Ordinal)));

    [Fact]
    public void TryCompile_DocumentDisposedAfterwards_SchemaStillWorks()
    {
        JsonSchema? schema;
        using (var document = JsonDocument.Parse("""{"const":{"a":1}}"""))
        {
            Assert.True(JsonSchema.TryCompile(document.RootElement, out schema, out _));
        }

        Assert.True(schema.IsValid(Schemas.Json("""{"a":1}""")));
    }

    [Theory]
    [InlineData("{", "#")]
    [InlineData("""{"\ud800":1}""", "#")]
    [InlineData("""{"type":"string","type":"integer"}""", "#")]
    [InlineData("""{"items":{"type":"text"}}""", "#/items/type")]
    public void Parse_Unusable_ThrowsFormatExceptionNamingThePath(string schema, string path)
    {
        var exception = Assert.Throws<JsonSchemaException>(() => JsonSchema.Parse(schema));

        Assert.IsAssignableFrom<FormatException>(exception);
        Assert.Equal(path, exception.Path);
        Assert.StartsWith(path + ": ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_DefaultElement_IsAProgrammingError() =>
        Assert.Throws<ArgumentException>(() => JsonSchema.Parse("true").Validate(default));
}
