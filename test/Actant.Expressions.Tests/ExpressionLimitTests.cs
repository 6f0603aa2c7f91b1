using System.Text.Json;
using static Actant.Expressions.Tests.ExpressionAssert;

namespace Actant.Expressions.Tests;

public sealed class ExpressionLimitTests
{
    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("[", "1", "]")]
    [InlineData("{'k':", "1", "}")]
    [InlineData("!", "true", "")]
    [InlineData("-", "x", "")]
    [InlineData("size(", "x", ")")]
    [InlineData("x[", "1", "]")]
    [InlineData("true?1:", "1", "")]
    public void TryCompile_Nesting_IsBounded(string open, string middle, string close)
    {
        // One level is the expression itself; a prefix operator's operand may use the last.
        Assert.True(Expression.TryCompile(Nest(60), out _, out var error), error?.ToString());
        Assert.Equal(ExpressionErrorCodes.Syntax, DoesNotCompile(ExpressionErrorCodes.Syntax, Nest(65)).Code);
        DoesNotCompile(ExpressionErrorCodes.Syntax, Nest(1000));

        string Nest(int depth) =>
            string.Concat(Enumerable.Repeat(open, depth)) + middle + string.Concat(Enumerable.Repeat(close, depth));
    }

    [Theory]
    [InlineData("1", " + 1")]
    [InlineData("x", ".x")]
    [InlineData("x", "[0]")]
    [InlineData("x", ".size()")]
    public void TryCompile_Chain_IsBounded(string first, string link)
    {
        Assert.True(Expression.TryCompile(Chain(256), out _, out _));
        DoesNotCompile(ExpressionErrorCodes.Syntax, Chain(257));

        string Chain(int length) => first + string.Concat(Enumerable.Repeat(link, length));
    }

    [Fact]
    public void Evaluate_LongRowOfLogic_NeedsNoDepth() =>
        Yields("bool true", string.Join("&&", Enumerable.Repeat("true", 1_300)));

    [Fact]
    public void TryCompile_SourceTooLong_IsRefused()
    {
        Assert.True(Expression.TryCompile(new string(' ', 8 * 1024 - 1) + "1", out _, out _));
        DoesNotCompile(ExpressionErrorCodes.Syntax, new string(' ', 8 * 1024) + "1");
    }

    [Fact]
    public void Evaluate_EachNode_CostsAStep()
    {
        var options = new ExpressionOptions { MaxSteps = 3 };

        Assert.True(Evaluate("1 + 2", options: options).IsSuccess);
        Fails(ExpressionErrorCodes.TooExpensive, "1 + 2 + 3", options: options);
    }

    [Fact]
    public void Evaluate_BudgetSpent_IsNotAbsorbedByLogic() =>
        Fails(ExpressionErrorCodes.TooExpensive, "(1 + 2 == 3) || true", options: new ExpressionOptions { MaxSteps = 3 });

    [Theory]
    [InlineData("-1 in big")]
    [InlineData("big == other")]
    [InlineData("big + big == []")]
    [InlineData("wide == alike")]
    [InlineData("-1 in nested")]
    public void Evaluate_ScanOfMuchData_IsTooExpensive(string source)
    {
        var numbers = JsonSerializer.Serialize(Enumerable.Range(0, 10_001));
        var wide = JsonSerializer.Serialize(Enumerable.Range(0, 1_500).ToDictionary(i => $"k{i}", i => i));
        var nested = "[" + string.Join(',', Enumerable.Repeat("[1]", 10_001)) + "]";
        var scope = $$"""{"big": {{numbers}}, "other": {{numbers}}, "wide": {{wide}}, "alike": {{wide}}, "nested": {{nested}}}""";

        Fails(ExpressionErrorCodes.TooExpensive, source, scope);
    }

    [Theory]
    [InlineData("text + text")]
    [InlineData("text.contains('b') || text.contains('c') || text == text || text.matches('c') || size(text) == 0 || text < text || text.upper() == text")]
    public void Evaluate_LargeText_IsTooExpensive(string source) =>
        Fails(ExpressionErrorCodes.TooExpensive, string.Join("||", Enumerable.Repeat($"'' == ({source})", 3)), $$"""{"text": "{{new string('a', 1_000_000)}}"}""");

    [Fact]
    public void Evaluate_StringAtTheLimit_Succeeds()
    {
        var options = new ExpressionOptions { MaxStringLength = 4 };

        Yields("string \"abcd\"", "'ab' + 'cd'");
        Assert.True(Evaluate("'ab' + 'cd'", options: options).IsSuccess);
        Fails(ExpressionErrorCodes.TooExpensive, "'ab' + 'cde' == '' || true", options: options);
    }

    [Fact]
    public void Evaluate_GrowingLists_StopAtTheBudget() =>
        Fails(ExpressionErrorCodes.TooExpensive, string.Join(" + ", Enumerable.Repeat("[1, 2, 3, 4]", 200)));

    [Theory]
    [InlineData("(x+x+)+y", "x")]
    [InlineData("(.*)(.*)(.*)(.*)[^a]z", "a")]
    [InlineData("((a{0,8}){0,8}b)", "a")]
    [InlineData("a?a?a?a?a?a?a?a?a?aaaaaaaaab", "a")]
    public void Evaluate_PatternThatWouldBacktrack_EndsInTime(string pattern, string letter)
    {
        var scope = $$"""{"text": "{{string.Concat(Enumerable.Repeat(letter, 4_000))}}"}""";

        Yields("bool false", $"text.matches('{pattern}')", scope);
    }

    [Theory]
    [InlineData("(a{0,50}){0,50}b")]
    [InlineData("(([a-z]{1,10}){1,10}){1,10}")]
    [InlineData("a{501}")]
    [InlineData("(ab|cd){2,300}")]
    [InlineData("a{1,999999999999}")]
    public void TryCompile_PatternThatRepeatsTooMuch_IsRefused(string pattern) =>
        DoesNotCompile(ExpressionErrorCodes.Syntax, $"x.matches('{pattern}')");

    [Theory]
    [InlineData(@"^(\d{1,3}\.){3}\d{1,3}$")]
    [InlineData(@"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    [InlineData(@"\(\{[({\]]{2,3}[^]}]")]
    [InlineData(@"[a-z]{1,200} {x} {")]
    public void TryCompile_OrdinaryPattern_IsAccepted(string pattern) =>
        Assert.True(Expression.TryCompile($"x.matches(r'{pattern}')", out _, out var error), error?.ToString());

    [Fact]
    public void Evaluate_ComputedPattern_IsHeldToTheSameBounds()
    {
        Fails(ExpressionErrorCodes.InvalidArgument, "'a'.matches(p + '')", """{"p": "(a{0,50}){0,50}b"}""");
        Fails(ExpressionErrorCodes.InvalidArgument, "'a'.matches(p)", $$"""{"p": "{{new string('a', 513)}}"}""");
        Fails(ExpressionErrorCodes.InvalidArgument, "'a'.matches(p)", """{"p": "(?<=a)b"}""");
        Fails(ExpressionErrorCodes.TooExpensive, string.Join(" || ", Enumerable.Repeat("'a'.matches(p)", 100)), """{"p": "b"}""");
    }

    [Fact]
    public void Evaluate_DeepData_IsComparedWithoutDepth()
    {
        var options = new JsonDocumentOptions { MaxDepth = 100_000 };
        var text = new string('[', 20_000) + new string(']', 20_000);
        using var one = JsonDocument.Parse(text, options);
        using var two = JsonDocument.Parse(text, options);
        var scope = new PairScope(ExpressionValue.FromJson(one.RootElement), ExpressionValue.FromJson(two.RootElement));

        Assert.Equal(ExpressionErrorCodes.TooExpensive, Expression.Compile("a == b").Evaluate(scope).Error?.Code);
        Assert.NotNull(Template.Compile("{{ a }}").Render(scope).Error);
    }

    [Theory]
    [InlineData("state.text == 'x'")]
    [InlineData("state.text + 'x'")]
    [InlineData("state == state")]
    [InlineData("size(state.text)")]
    public void Evaluate_TextThatIsNoUnicode_IsAnError(string source) =>
        Fails(ExpressionErrorCodes.InvalidData, source, """{"state": {"text": "\ud800"}}""");

    [Fact]
    public void Evaluate_ScopeThatThrows_IsNotSwallowed() =>
        Assert.Throws<InvalidOperationException>(() => Expression.Compile("a || true").Evaluate(new BrokenScope()));

    private sealed class PairScope(ExpressionValue a, ExpressionValue b) : IExpressionScope
    {
        public bool TryGetValue(string name, out ExpressionValue value)
        {
            value = name == "a" ? a : b;
            return true;
        }
    }

    private sealed class BrokenScope : IExpressionScope
    {
        public bool TryGetValue(string name, out ExpressionValue value) => throw new InvalidOperationException("broken");
    }
}
