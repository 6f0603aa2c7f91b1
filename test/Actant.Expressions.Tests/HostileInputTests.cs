using System.Text;

namespace Actant.Expressions.Tests;

/// <summary>Random sources, the same on every run: whatever comes in, an outcome comes out.</summary>
public sealed class HostileInputTests
{
    private const int Rounds = 20_000;

    private static readonly string[] Tokens =
    [
        "state", "item", "x", ".", ".a", ".b", "[", "]", "(", ")", "{", "}", "{{", "}}", ",", ":", "?", "!", "-", "+", "*", "/", "%",
        "==", "!=", "<", "<=", ">", ">=", "&&", "||", " in ", "true", "false", "null", "0", "1", "2.5", "9223372036854775807", "1e300",
        "'s'", "\"t\"", "r'\\d'", "'''", "\"\"\"", "'\\u0041'", "\\", "`", "size(", "has(", "int(", "string(", "double(", "upper(",
        ".contains(", ".matches(", ".startsWith(", ".lower()", ".size()", "[0]", "['k']", "// c\n", " ", "\0", "\ud800", "é",
    ];

    private static readonly JsonScope Scope = new(
        """{"state": {"a": 1, "b": [1, {"k": "\ud800"}], "k": {"a": "text"}}, "item": "s", "x": [0.5, null, true, "s"]}""");

    [Fact]
    public void TryCompile_RandomTokens_GivesAnOutcome()
    {
        var random = new Random(20_261_121);
        var compiled = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(1, 24); length > 0; length--)
            {
                text.Append(Tokens[random.Next(Tokens.Length)]);
            }

            compiled += Check(text.ToString());
        }

        Assert.InRange(compiled, 100, Rounds);
    }

    [Fact]
    public void TryCompile_RandomExpressions_GiveAnOutcome()
    {
        var random = new Random(4711);
        var compiled = 0;
        for (var round = 0; round < Rounds; round++)
        {
            compiled += Check(Generate(random, 5));
        }

        Assert.Equal(Rounds, compiled);
    }

    [Fact]
    public void TryCompile_RandomBytes_GivesAnOutcome()
    {
        var random = new Random(815);
        var bytes = new byte[64];
        for (var round = 0; round < Rounds; round++)
        {
            random.NextBytes(bytes);
            var used = bytes.AsSpan(0, random.Next(bytes.Length));
            Check(Encoding.Latin1.GetString(used));
            Check(Encoding.UTF8.GetString(used));
        }
    }

    private static int Check(string source)
    {
        if (Template.TryCompile("a " + source + " {{" + source + "}}", out var template, out _))
        {
            var rendered = template.Render(Scope);
            Assert.True(rendered.Text is not null ^ rendered.Error is not null, source);
        }

        if (!Expression.TryCompile(source, out var expression, out var error))
        {
            Assert.InRange(error.Position, 0, source.Length);
            return 0;
        }

        var result = expression.Evaluate(Scope);
        if (!result.IsSuccess)
        {
            Assert.InRange(result.Error.Position, 0, source.Length);
            Assert.NotEqual(ExpressionErrorCodes.Syntax, result.Error.Code);
        }

        return 1;
    }

    private static string Generate(Random random, int depth) => depth == 0 ? Leaf(random) : random.Next(9) switch
    {
        0 => Leaf(random),
        1 => $"({Generate(random, depth - 1)})",
        2 => $"!{Generate(random, depth - 1)}",
        3 => $"[{Generate(random, depth - 1)}, {Generate(random, depth - 1)}]",
        4 => $"{{'k': {Generate(random, depth - 1)}}}",
        5 => $"({Generate(random, depth - 1)})[{Generate(random, depth - 1)}]",
        6 => $"size({Generate(random, depth - 1)})",
        7 => $"({Generate(random, depth - 1)} ? {Generate(random, depth - 1)} : {Generate(random, depth - 1)})",
        _ => $"({Generate(random, depth - 1)} {Operator(random)} {Generate(random, depth - 1)})",
    };

    private static string Operator(Random random) =>
        new[] { "+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||", "in" }[random.Next(12)];

    private static string Leaf(Random random) =>
        new[] { "1", "0", "-9223372036854775808", "2.5", "'s'", "true", "false", "null", "state", "state.b", "x", "x[3]", "item", "nobody" }[random.Next(14)];
}
