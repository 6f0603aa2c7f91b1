using System.Diagnostics;
using System.Text.Json;

namespace Actant.Schemas.Tests;

public sealed class HostileTests
{
    private static readonly JsonSchemaOptions s_quick = new() { MaxSteps = 100_000 };

    private static string Nest(string open, string core, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + core + string.Concat(Enumerable.Repeat(close, depth));

    [Fact]
    public void TryCompile_DeepSchema_IsAProblem() =>
        Assert.Contains("nested deeper", Assert.Single(Schemas.Problems(Nest("""{"not":""", "true", "}", 2_000))).Message, StringComparison.Ordinal);

    [Fact]
    public void TryCompile_DeepConst_IsAProblem() =>
        Assert.Contains("nested deeper", Assert.Single(Schemas.Problems("""{"const":""" + Nest("[", "", "]", 2_000) + "}")).Message, StringComparison.Ordinal);

    [Fact]
    public void Validate_DeepInstanceOfRecursiveSchema_HitsTheLimit()
    {
        var error = Assert.Single(Schemas.Validate("""{"items":{"$ref":"#"}}""", Nest("[", "", "]", 2_000)).Errors);

        Assert.Equal("limit", error.Keyword);
        Assert.Contains("nested deeper than 512", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_RecursiveSchema_AllowsOrdinaryDepth() =>
        Assert.True(Schemas.Validate("""{"items":{"$ref":"#"}}""", Nest("[", "", "]", 200)).IsValid);

    [Fact]
    public void Validate_LimitInsideNot_DoesNotBecomeValid() =>
        Assert.Equal(
            "limit",
            Assert.Single(Schemas.Validate("""{"not":{"$ref":"#/$defs/a"},"$defs":{"a":{"items":{"$ref":"#/$defs/a"}}}}""", Nest("[", "", "]", 2_000)).Errors).Keyword);

    [Fact]
    public void Validate_DeepUniqueItems_HitsTheLimit()
    {
        var deep = Nest("[", "", "]", 2_000);

        Assert.Equal("limit", Assert.Single(Schemas.Validate("""{"uniqueItems":true}""", $"[{deep},{deep}]").Errors).Keyword);
        Assert.Equal("limit", Assert.Single(Schemas.Validate("""{"uniqueItems":true}""", $"[1,2,3,4,5,6,7,8,{deep},{deep}]").Errors).Keyword);
    }

    [Fact]
    public void Validate_LongChainOfReferences_HitsTheLimit()
    {
        var chain = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $$"""
            "d{{i}}":{"$ref":"#/$defs/d{{i + 1}}"}
            """));

        Assert.Equal(
            "limit",
            Assert.Single(Schemas.Validate("""{"$ref":"#/$defs/d0","$defs":{""" + chain + ""","d5000":{"type":"null"}}}""", "null").Errors).Keyword);
    }

    [Fact]
    public void Validate_ExponentialReferences_HitTheStepLimit()
    {
        var levels = string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""
            "d{{i}}":{"allOf":[{"$ref":"#/$defs/d{{i + 1}}"},{"$ref":"#/$defs/d{{i + 1}}"}]}
            """));

        var error = Assert.Single(
            Schemas.Validate("""{"$ref":"#/$defs/d0","$defs":{""" + levels + ""","d60":{"type":"null"}}}""", "null", s_quick).Errors);

        Assert.Equal("limit", error.Keyword);
        Assert.Contains("more steps than allowed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_EndlessDynamicReference_HitsTheLimit() =>
        Assert.Equal(
            "limit",
            Assert.Single(Schemas.Validate("""{"$id":"https://x.test/a","$dynamicAnchor":"n","$defs":{"b":{"$id":"b","$dynamicAnchor":"n"}},"$dynamicRef":"b#n"}""", "1").Errors).Keyword);

    [Fact]
    public void TryCompile_TooManySubschemas_IsAProblem()
    {
        var schema = """{"anyOf":[""" + string.Join(',', Enumerable.Repeat("true", 200)) + "]}";

        Assert.Contains("more than 100 subschemas", Assert.Single(Schemas.Problems(schema, new() { MaxSubschemas = 100 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_TenThousandProperties_CompilesAndValidates()
    {
        var names = Enumerable.Range(0, 10_000).ToList();
        var schema = JsonSchema.Parse(
            $$"""{"required":[{{string.Join(',', names.Select(i => $"\"p{i}\""))}}],"properties":{{{string.Join(',', names.Select(i => $"\"p{i}\":{{\"type\":\"integer\"}}"))}}},"additionalProperties":false}""");
        var good = Schemas.Json("{" + string.Join(',', names.Select(i => $"\"p{i}\":{i}")) + "}");
        var bad = Schemas.Json("{" + string.Join(',', names.Select(i => $"\"q{i}\":{i}")) + "}");

        Assert.True(schema.Validate(good).IsValid);
        Assert.Equal(32, schema.Validate(bad).Errors.Count);
    }

    [Fact]
    public void TryCompile_HugePattern_IsAProblem() =>
        Assert.Contains("make it shorter", Assert.Single(Schemas.Problems($$"""{"pattern":"{{new string('a', 5_000)}}"}""")).Message, StringComparison.Ordinal);

    [Fact]
    public void TryCompile_LongNameAboveManySubschemas_IsAProblem()
    {
        var schema = "{\"properties\":{\"" + new string('n', 100_000) + "\":{\"anyOf\":[" + string.Join(',', Enumerable.Repeat("true", 10_000)) + "]}}}";

        Assert.Contains(Schemas.Problems(schema), problem => problem.Message.Contains("paths to the subschemas are too long", StringComparison.Ordinal));
    }

    [Fact]
    public void TryCompile_ManyReferencesIntoAHugeUnknownObject_IsAProblem()
    {
        var members = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"m{i}\":true"));
        var references = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"{{\"$ref\":\"#/odd/m{i}\"}}"));

        Assert.Contains(
            Schemas.Problems("{\"odd\":{" + members + "},\"prefixItems\":[" + references + "]}"),
            problem => problem.Message.StartsWith("too many references", StringComparison.Ordinal));
    }

    [Fact]
    public void TryCompile_TooManyPatterns_IsAProblem()
    {
        var patterns = string.Join(',', Enumerable.Range(0, 1_001).Select(i => $"{{\"pattern\":\"a{i}\"}}"));

        Assert.Contains("more than 1000 different patterns", Assert.Single(Schemas.Problems("{\"allOf\":[" + patterns + "]}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_ManySlowMatches_HitTheStepLimit()
    {
        var item = $"\"{new string('a', 300)}!\"";
        var schema = """{"items":{"not":{"pattern":"^((((.{1,200})*)*)*)*x"}}}""";

        Assert.Equal("limit", Assert.Single(Schemas.Validate(schema, $"[{string.Join(',', Enumerable.Repeat(item, 1_000))}]", s_quick).Errors).Keyword);
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    [InlineData("(?:(?:a{30}){30}){30}b")]
    [InlineData("(a?){1000}a{1000}")]
    [InlineData("^(?=(a+)+$)x")]
    [InlineData(@"^(a+)+\1$")]
    public void Validate_PatternMadeToBacktrack_EndsSoon(string pattern)
    {
        var watch = Stopwatch.StartNew();

        Assert.False(Schemas.Validate($$"""{"pattern":{{JsonSerializer.Serialize(pattern)}}}""", $"\"{new string('a', 10_000)}!\"").IsValid && pattern[0] == '^');

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Validate_PatternOutOfTime_IsALimitAndNotAMismatch()
    {
        var error = Assert.Single(Schemas.Validate("""{"not":{"pattern":"^(?=(a+)+$)x"}}""", $"\"{new string('a', 5_000)}!\"").Errors);

        Assert.Equal("limit", error.Keyword);
        Assert.Contains("took longer than 50 ms", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e999999999999999999999")]
    [InlineData("-1e-999999999999999999999")]
    [InlineData("0e99999999999999999999")]
    public void Validate_NumberWithHugeExponent_IsHandled(string number)
    {
        var schema = $$"""{"type":"number","multipleOf":0.7,"minimum":-1e9999999999,"enum":[{{number}}],"uniqueItems":true}""";

        Assert.Equal(number[0] == '0', Schemas.Validate(schema, number).IsValid);
    }

    [Fact]
    public void Validate_NumberWithManyDigits_IsHandled()
    {
        var digits = new string('9', 1_000_000);

        Assert.True(Schemas.Validate("""{"type":"integer","multipleOf":9}""", digits).IsValid);
        Assert.False(Schemas.Validate("""{"multipleOf":123456789012345678901}""", digits).IsValid);
    }

    [Theory]
    [InlineData("""{"properties":{"\ud800":{"pattern":"\ud800","const":"\udc00","enum":["\ud800"]}},"required":["\ud800"]}""", """{"\ud800":"\ud800"}""")]
    [InlineData("""{"additionalProperties":false,"uniqueItems":true,"propertyNames":{"minLength":5}}""", """{"\udfff":1}""")]
    public void Validate_LoneSurrogates_AreHandled(string schema, string instance) =>
        Assert.False(Schemas.Validate(schema, instance).IsValid);

    [Fact]
    public void Validate_LoneSurrogateEqualToItself_IsValid() =>
        Assert.True(Schemas.Validate("""{"properties":{"a":{"const":"\ud800"},"b":{"enum":["\ud800"]}}}""", """{"a":"\ud800","b":"\ud800"}""").IsValid);
}
