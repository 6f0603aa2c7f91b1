using System.Text;
using Actant.Definitions;
using Actant.Validation;

namespace Actant.Tests.Definitions;

public sealed class HostileDocumentTests
{
    [Fact]
    public void Read_TooLarge_IsRefusedUnread() =>
        DefinitionSamples.AssertOnly(DefinitionReader.Read(new byte[50 * 1024 * 1024]), "$", DefinitionErrors.DocumentTooLarge);

    [Theory]
    [InlineData("[", "a.json")]
    [InlineData("{\"a\":", "a.json")]
    [InlineData("[", "a.yaml")]
    [InlineData("{a: ", "a.yaml")]
    [InlineData("- ", "a.yaml")]
    public void Read_TooDeep_IsRefused(string opening, string fileName)
    {
        var document = string.Concat(Enumerable.Repeat(opening, 10_000));

        DefinitionSamples.AssertOnly(DefinitionSamples.Read(document, fileName), "$", DefinitionErrors.DocumentTooDeep);
    }

    [Fact]
    public void Read_AsDeepAsAllowed_IsRead()
    {
        var schema = string.Concat(Enumerable.Repeat("{\"not\":", 59)) + "true" + new string('}', 59);
        var document = $$"""{"nodes": [{"name": "a", "type": "human", "prompt": "?", "response_schema": {{schema}}}]}""";

        Assert.Empty(DefinitionSamples.Read(document).Problems);
    }

    [Fact]
    public void Read_AliasBomb_IsRefused()
    {
        var document = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 20; i++)
        {
            document.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        DefinitionSamples.AssertOnly(DefinitionSamples.Read(document.ToString()), "$", DefinitionErrors.DocumentTooLarge);
    }

    [Fact]
    public void Read_LongTextAliasedOften_IsRefused()
    {
        var document = $"a: &a {new string('x', 100_000)}\nb: [{string.Join(", ", Enumerable.Repeat("*a", 1000))}]";

        DefinitionSamples.AssertOnly(DefinitionSamples.Read(document), "$", DefinitionErrors.DocumentTooLarge);
    }

    [Fact]
    public void Read_ManyYamlValues_AreRefused()
    {
        var document = "a: [" + string.Concat(Enumerable.Repeat("x,", 300_000)) + "x]";

        DefinitionSamples.AssertOnly(DefinitionSamples.Read(document), "$", DefinitionErrors.DocumentTooLarge);
    }

    [Theory]
    [InlineData("a.json")]
    [InlineData("a.yaml")]
    [InlineData(null)]
    public void Read_NotUtf8_IsRefused(string? fileName) => DefinitionSamples.AssertOnly(
        DefinitionReader.Read(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("{}")).ToArray(), fileName),
        "$",
        DefinitionErrors.DocumentEncoding);

    [Fact]
    public void Read_NulInYaml_IsRefused() =>
        DefinitionSamples.AssertOnly(DefinitionSamples.Read("name: a\n\0role: b"), "$", DefinitionErrors.InvalidText);

    [Fact]
    public void Check_ManyProblems_StopsAtAHundred()
    {
        var document = "{" + string.Join(",", Enumerable.Range(0, 20_000).Select(static i => $"\"unknown{i}\": 1")) + "}";

        var problems = DefinitionSamples.Check(document).Problems;

        Assert.Equal(100, problems.Count);
        Assert.Equal(new DefinitionProblem("$", DefinitionErrors.TooManyProblems, problems[^1].Message), problems[^1]);
    }

    [Fact]
    public void Check_TooManyNodesAndEdges_AreRefused()
    {
        var nodes = string.Join(",", Enumerable.Range(0, 1001).Select(static i => $$"""{"name": "n{{i}}", "type": "human", "prompt": "?"}"""));
        var edges = string.Join(",", Enumerable.Range(0, 10_001).Select(static i => $$"""{"from": "n{{i / 1000}}", "to": "n{{i % 1000}}"}"""));

        var problems = DefinitionSamples.Check($$"""{"nodes": [{{nodes}}], "edges": [{{edges}}]}""").Problems;

        Assert.Contains(problems, static problem => problem is { Path: "$.nodes", Code: DefinitionErrors.OutOfRange });
        Assert.Contains(problems, static problem => problem is { Path: "$.edges", Code: DefinitionErrors.OutOfRange });
    }

    [Fact]
    public void Check_TooManyNestedNodes_AreRefused()
    {
        var inner = string.Join(",", Enumerable.Range(0, 600).Select(static i => $$"""{"name": "n{{i}}", "type": "human", "prompt": "?"}"""));
        var document = $$$"""
            {"nodes": [{"name": "a", "type": "graph", "graph": {"nodes": [{{{inner}}}]}}, {"name": "b", "type": "graph", "graph": {"nodes": [{{{inner}}}]}}]}
            """;

        DefinitionSamples.AssertOnly(DefinitionSamples.Check(document), "$.nodes", DefinitionErrors.OutOfRange);
    }

    [Fact]
    public void Check_ManyMisspelledNames_EndsSoon()
    {
        var name = new string('a', 60);
        var nodes = string.Join(",", Enumerable.Range(0, 1000).Select(i => $$"""{"name": "{{name}}{{i}}", "type": "human", "prompt": "?"}"""));
        var edges = string.Join(",", Enumerable.Range(0, 10_000).Select(i => $$"""{"from": "{{name}}x{{i}}", "to": "{{name}}y{{i}}"}"""));

        Assert.Equal(100, DefinitionSamples.Check($$"""{"nodes": [{{nodes}}], "edges": [{{edges}}]}""").Problems.Count);
    }

    [Theory]
    [InlineData("a.json", 1)]
    [InlineData("a.yaml", 2)]
    public void Check_Garbage_IsAlwaysAValue(string fileName, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 2_000; i++)
        {
            var garbage = new byte[random.Next(200)];
            random.NextBytes(garbage);
            AssertIsValue(garbage, fileName);

            const string Signs = "{}[]:,-?!&*#|>'\"%@` \n\t\\ab0.~<";
            var text = string.Create(random.Next(100), random, static (span, source) =>
            {
                foreach (ref var c in span)
                {
                    c = Signs[source.Next(Signs.Length)];
                }
            });
            AssertIsValue(Encoding.UTF8.GetBytes(text), fileName);
        }
    }

    [Theory]
    [InlineData("a.json", 3)]
    [InlineData("a.yaml", 4)]
    public void Check_MutatedDocument_IsAlwaysAValue(string fileName, int seed)
    {
        var random = new Random(seed);
        var original = Encoding.UTF8.GetBytes(DefinitionSamples.Graph);
        for (var i = 0; i < 1_000; i++)
        {
            var mutated = original.ToList();
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                var at = random.Next(mutated.Count);
                switch (random.Next(4))
                {
                    case 0:
                        mutated[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        mutated.RemoveRange(at, Math.Min(random.Next(1, 40), mutated.Count - at));
                        break;
                    case 2:
                        mutated.InsertRange(at, mutated.Skip(random.Next(mutated.Count)).Take(random.Next(40)).ToList());
                        break;
                    default:
                        mutated[at] = "{}[]\":,0"u8[random.Next(8)];
                        break;
                }
            }

            AssertIsValue([.. mutated], fileName);
        }
    }

    private static void AssertIsValue(byte[] document, string fileName)
    {
        var result = DefinitionValidator.Validate(DefinitionReader.Read(document, fileName), DefinitionSamples.Context);

        Assert.Equal(result.Definition is null, result.Problems.Count > 0);
        Assert.All(result.Problems, static problem => Assert.StartsWith("$", problem.Path, StringComparison.Ordinal));
    }
}
