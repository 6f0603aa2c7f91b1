using static Actant.Expressions.Tests.ExpressionAssert;

namespace Actant.Expressions.Tests;

public sealed class ExpressionSyntaxTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("   ", 3)]
    [InlineData("1 +", 3)]
    [InlineData("1 1", 2)]
    [InlineData("(1", 2)]
    [InlineData("[1", 2)]
    [InlineData("[,]", 1)]
    [InlineData("{'a' 1}", 5)]
    [InlineData("{'a': 1", 7)]
    [InlineData("a.", 2)]
    [InlineData("a.1", 1)]
    [InlineData("a.in", 2)]
    [InlineData("a ? b", 5)]
    [InlineData("a = b", 2)]
    [InlineData("a & b", 2)]
    [InlineData("a @ b", 2)]
    [InlineData("'open", 0)]
    [InlineData("'line\nend'", 0)]
    [InlineData("'bad \\q escape'", 5)]
    [InlineData("'\\ud800'", 1)]
    [InlineData("'\\U00110000'", 1)]
    [InlineData("'\\x4'", 1)]
    [InlineData("'\\477'", 1)]
    [InlineData("1u", 0)]
    [InlineData("1 + 0x", 4)]
    [InlineData("1e", 0)]
    [InlineData("1e999", 0)]
    [InlineData("2 + 9223372036854775808", 4)]
    [InlineData("-9223372036854775809", 1)]
    [InlineData("18446744073709551616", 0)]
    [InlineData("b'bytes'", 0)]
    [InlineData("while + 1", 0)]
    [InlineData("`a`", 0)]
    [InlineData("a.`b", 2)]
    [InlineData("has(a)", 0)]
    [InlineData("has(a[0])", 0)]
    [InlineData("has(a.b, c)", 0)]
    [InlineData("size()", 0)]
    [InlineData("a.size(1)", 2)]
    [InlineData("a.contains()", 2)]
    [InlineData("int(1,)", 6)]
    [InlineData("'a'.matches('(')", 12)]
    [InlineData("'a'.matches('(?=a)')", 12)]
    [InlineData("'a'.matches('(a{1000}){1000}')", 12)]
    public void TryCompile_NotAnExpression_NamesThePosition(string source, int position) =>
        Assert.Equal(position, DoesNotCompile(ExpressionErrorCodes.Syntax, source).Position);

    [Theory]
    [InlineData("now()")]
    [InlineData("contains('a', 'b')")]
    [InlineData("x.int()")]
    [InlineData("x.has(y.z)")]
    [InlineData("[1].map(x, x)")]
    public void TryCompile_UnknownFunction_IsAnUnknownName(string source) =>
        DoesNotCompile(ExpressionErrorCodes.UnknownName, source);

    [Fact]
    public void TryCompile_RootOutsideTheOptions_IsAnUnknownName()
    {
        var options = new ExpressionOptions { Roots = new HashSet<string> { "state" } };

        Assert.True(Expression.TryCompile("state.x", out _, out _, options));
        Assert.Equal(10, DoesNotCompile(ExpressionErrorCodes.UnknownName, "state.x + sttae.y", options).Position);
    }

    [Fact]
    public void Compile_NotAnExpression_ThrowsWithTheError()
    {
        var exception = Assert.Throws<ExpressionSyntaxException>(() => Expression.Compile("1 +"));

        Assert.Equal(3, exception.Error.Position);
        Assert.IsType<FormatException>(exception, exactMatch: false);
    }

    [Theory]
    [InlineData("state.a.b + state.a.c + state.a.b", "state.a.b@0 state.a.c@12")]
    [InlineData("state.plan[i].title", "i@11 state.plan@0")]
    [InlineData("state['a']['b']", "state.a.b@0")]
    [InlineData("has(state.a.b) && item", "state.a.b@4 item@18")]
    [InlineData("true ? input : state.x.size()", "input@7 state.x@15")]
    [InlineData("{'k': [state.x]}.k[0].y", "state.x@7")]
    [InlineData("(state.a).b", "state.a@1")]
    [InlineData("1 + 2", "")]
    [InlineData("a['b.c'] + a.b.c + a['b']['c']", "a.b.c@0 a.b.c@11")]
    public void References_OfAnExpression_AreThePathsItReads(string source, string expected)
    {
        var references = Expression.Compile(source).References;

        Assert.Equal(expected, string.Join(' ', references.Select(reference => $"{reference}@{reference.Position}")));
    }

    [Fact]
    public void References_OfAPath_HaveRootAndKeys()
    {
        var reference = Assert.Single(Expression.Compile("state.draft.title").References);

        Assert.Equal("state", reference.Root);
        Assert.Equal(["draft", "title"], reference.Keys);
    }
}
