namespace Actant.Schemas.Tests;

/// <summary>Random schemas, half of them nonsense, with random instances: no exception, and both entry points agree.</summary>
public sealed class FuzzTests
{
    private static readonly string[] s_keywords =
    [
        "type", "enum", "const", "multipleOf", "maximum", "exclusiveMinimum", "maxLength", "minLength", "pattern", "format", "items", "prefixItems",
        "contains", "minContains", "maxContains", "uniqueItems", "minItems", "properties", "patternProperties", "additionalProperties", "propertyNames",
        "required", "dependentRequired", "dependentSchemas", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "unevaluatedItems",
        "unevaluatedProperties", "$ref", "$dynamicRef", "$anchor", "$dynamicAnchor", "$id", "$defs", "$schema", "unknown",
    ];

    private static readonly string[] s_texts =
    [
        "\"\"", "\"a\"", "\"b\"", "\"integer\"", "\"object\"", "\"array\"", "\"string\"", "\"#\"", "\"#/$defs/a\"", "\"#/properties/a\"", "\"#a\"", "\"a#b\"",
        "\"^a*$\"", "\"[a\"", "\"(?<a>b)\"", "\"\\\\p{L}\"", "\"\\ud800\"", "\"\\u0061\"", "\"😀\"", "\"date-time\"", "\"http://x.test/%zz\"", "\"//\"", "\"urn:a:b\"",
        "\"https://json-schema.org/draft/2020-12/schema\"", "\"/~0~1~2\"", "\"#/%7E1/-1\"",
    ];

    private static readonly string[] s_numbers = ["0", "-0", "1", "1.0", "2", "-1", "0.1", "1e400", "1E-400", "12345678901234567890", "1e99999999999999999999"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TryCompileAndValidate_RandomPairs_NeverThrowAndAgree(int seed)
    {
        var random = new Random(seed);

        // Time counts as steps, so few would make the answer depend on what else runs on the machine.
        var options = new JsonSchemaOptions { MaxSteps = 50_000_000, PatternTimeout = TimeSpan.FromSeconds(5), AssertFormats = true };
        var usable = 0;
        for (var i = 0; i < 2_000; i++)
        {
            var text = Schema(random, 3);
            if (!JsonSchema.TryCompile(Schemas.Json(text), out var schema, out var problems, options))
            {
                Assert.NotEmpty(problems);
                continue;
            }

            usable++;
            for (var j = 0; j < 5; j++)
            {
                var instance = Schemas.Json(Value(random, 4));
                var result = schema.Validate(instance);
                Assert.True(result.IsValid == schema.IsValid(instance) && result.IsValid == (result.Errors.Count == 0), $"{text} with {instance.GetRawText()}");
                Assert.InRange(result.Errors.Count, 0, 32);
            }
        }

        Assert.InRange(usable, 200, 2_000);
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    private static string Schema(Random random, int depth)
    {
        if (depth == 0 || random.Next(6) == 0)
        {
            return random.Next(5) == 0 ? "false" : "true";
        }

        var members = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pick(random, s_keywords)).Distinct(StringComparer.Ordinal);
        return "{" + string.Join(',', members.Select(name => $"\"{name}\":{(random.Next(25) == 0 ? Value(random, 2) : Argument(random, name, depth - 1))}")) + "}";
    }

    private static string Argument(Random random, string keyword, int depth) => keyword switch
    {
        "type" => Pick(random, ["\"integer\"", "\"string\"", "[\"object\",\"array\"]", "\"number\"", "\"null\""]),
        "enum" => $"[{Value(random, 2)},{Value(random, 2)}]",
        "multipleOf" => Pick(random, ["1", "0.1", "7e-3", "12345678901234567890123"]),
        "maximum" or "exclusiveMinimum" => Pick(random, s_numbers),
        "maxLength" or "minLength" or "minContains" or "maxContains" or "minItems" => Pick(random, ["0", "1", "2.0"]),
        "uniqueItems" => "true",
        "prefixItems" or "allOf" or "anyOf" or "oneOf" => $"[{Schema(random, depth)},{Schema(random, depth)}]",
        "properties" or "dependentSchemas" or "$defs" or "patternProperties" => $"{{\"a\":{Schema(random, depth)},\"b\":{Schema(random, depth)}}}",
        "required" => Pick(random, ["[\"a\"]", "[\"a\",\"\\ud800\"]", "[]"]),
        "dependentRequired" => "{\"a\":[\"b\"]}",
        "pattern" or "format" or "$ref" or "$dynamicRef" or "$anchor" or "$dynamicAnchor" or "$id" or "$schema" => Pick(random, s_texts),
        "const" or "unknown" => Value(random, 2),
        _ => Schema(random, depth),
    };

    private static string Value(Random random, int depth) => random.Next(depth == 0 ? 4 : 7) switch
    {
        0 => Pick(random, ["null", "true", "false"]),
        1 or 2 => Pick(random, s_numbers),
        3 => Pick(random, s_texts),
        4 => $"[{string.Join(',', Enumerable.Range(0, random.Next(12)).Select(_ => Value(random, depth - 1)))}]",
        _ => "{" + string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => $"{Pick(random, s_texts)}:{Value(random, depth - 1)}")) + "}",
    };
}
