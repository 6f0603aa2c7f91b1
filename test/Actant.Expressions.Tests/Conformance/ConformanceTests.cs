using System.Text.Json;

namespace Actant.Expressions.Tests.Conformance;

public sealed class ConformanceTests
{
    public static TheoryData<string, string, string, string> Cases()
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var line in ReadLines("cases.txt"))
        {
            var fields = line.Split('\t');
            data.Add(fields[0], JsonSerializer.Deserialize<string>(fields[1])!, fields[2], fields.Length > 3 ? fields[3] : "{}");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Evaluate_CaseOfTheSuite_HasTheExpectedOutcome(string name, string source, string expected, string scope)
    {
        if (!Expression.TryCompile(source, out var expression, out var error))
        {
            Assert.True(expected == "error", $"{name}: {error}");
            return;
        }

        var result = expression.Evaluate(new JsonScope(scope));
        if (expected == "error")
        {
            Assert.False(result.IsSuccess, name);
            return;
        }

        Assert.True(result.IsSuccess, $"{name}: {result.Error}");
        Assert.Equal(Normalize(expected), ExpressionAssert.Describe(result.Value));
    }

    [Fact]
    public void Skipped_EveryCase_StandsUnderAReasonAndNotAmongTheCases()
    {
        var cases = ReadLines("cases.txt").Select(line => line.Split('\t')[0]).ToHashSet();
        var skipped = ReadLines("skipped.txt");

        Assert.StartsWith("## ", skipped[0]);
        Assert.Contains(skipped, line => !line.StartsWith('#'));
        Assert.DoesNotContain(skipped, cases.Contains);
    }

    // The table is written with the escapes and spaces of another JSON writer.
    private static string Normalize(string expected)
    {
        var space = expected.IndexOf(' ');
        if (space < 0)
        {
            return expected;
        }

        var (type, text) = (expected[..space], expected[(space + 1)..]);
        return type switch
        {
            "double" => $"double {double.Parse(text):R}",
            "string" or "list" or "map" => $"{type} {JsonSerializer.Serialize(JsonElement.Parse(text))}",
            _ => expected,
        };
    }

    private static List<string> ReadLines(string file) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Conformance", file)).Where(line => line is not "" and not ['#', ' ', ..])];
}
