namespace Actant.Expressions.Tests;

public sealed class TemplateTests
{
    private const string Scope =
        """{"input": {"name": "Ada", "n": 1.50, "i": 7, "t": true, "none": null, "list": [1, "é", {"a": 1}], "text": "a\nb"}}""";

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("Hello {{ input.name }}!", "Hello Ada!")]
    [InlineData("{{input.name}}{{input.name}}", "AdaAda")]
    [InlineData("[{{ input.none }}{{ input.missing }}]", "[]")]
    [InlineData("{{ input.i }} {{ input.n }} {{ input.t }} {{ 0.5 + 1 }}", "7 1.50 true 1.5")]
    [InlineData("{{ input.list }}", "[1,\"é\",{\"a\":1}]")]
    [InlineData("{{ {'k': {'l': input.list[2]}} }}", "{\"k\":{\"l\":{\"a\":1}}}")]
    [InlineData("{{ [1.0 / 0.0, '<&>'] }}", "[\"Infinity\",\"<&>\"]")]
    [InlineData("{{ 1.0 / 0.0 }}", "Infinity")]
    [InlineData("{{ '{{' }} and {{ '}}' }}", "{{ and }}")]
    [InlineData("} }} { {x}", "} }} { {x}")]
    [InlineData("{{ input.text }}", "a\nb")]
    public void Render_Template_ReplacesTheHoles(string source, string expected)
    {
        var result = Template.Compile(source).Render(new JsonScope(Scope));

        Assert.True(result.IsSuccess, result.Error?.ToString());
        Assert.Equal(expected, result.Text);
    }

    [Theory]
    [InlineData("{{ input.n }}", "double 1.5")]
    [InlineData("{{input.i}}", "int 7")]
    [InlineData("{{ input.missing }}", "null")]
    [InlineData("{{ [input.t] }}", "list [true]")]
    [InlineData(" {{ input.i }}", "string \" 7\"")]
    [InlineData("{{ input.i }}{{ input.i }}", "string \"77\"")]
    [InlineData("plain", "string \"plain\"")]
    public void EvaluateValue_OneHole_KeepsTheType(string source, string expected)
    {
        var result = Template.Compile(source).EvaluateValue(new JsonScope(Scope));

        Assert.True(result.IsSuccess, result.Error?.ToString());
        Assert.Equal(expected, ExpressionAssert.Describe(result.Value));
    }

    [Fact]
    public void EvaluateValue_NumberFromJson_IsPassedOnAsItWasWritten() =>
        Assert.Equal("1.50", Template.Compile("{{ input.n }}").EvaluateValue(new JsonScope(Scope)).Value.ToJsonElement().GetRawText());

    [Theory]
    [InlineData("text {{", 7)]
    [InlineData("text {{ }}", 8)]
    [InlineData("text {{ a } }", 12)]
    [InlineData("text {{ a + }} b", 12)]
    [InlineData("text {{ a b }}", 10)]
    [InlineData("{{ a }} {{ 'open }}", 11)]
    [InlineData("{{ {'a': {'b': 1}}", 18)]
    public void TryCompile_BrokenHole_NamesThePositionInTheTemplate(string source, int position)
    {
        Assert.False(Template.TryCompile(source, out _, out var error));
        Assert.Equal(ExpressionErrorCodes.Syntax, error.Code);
        Assert.Equal(position, error.Position);
    }

    [Fact]
    public void Render_ErrorInAHole_HasThePositionInTheTemplateAndNoText()
    {
        var result = Template.Compile("Hello {{ input.name + 1 }}").Render(new JsonScope(Scope));

        Assert.Null(result.Text);
        Assert.Equal(new ExpressionError(ExpressionErrorCodes.Type, "'+' is not defined for string and int.", 20, "input.name"), result.Error);
    }

    [Fact]
    public void Render_Holes_ShareOneBudget()
    {
        var template = Template.Compile("{{ 1 }}{{ 2 }}{{ 3 }}", new ExpressionOptions { MaxSteps = 3 });

        Assert.Equal(ExpressionErrorCodes.TooExpensive, template.Render(new JsonScope(Scope)).Error?.Code);
    }

    [Theory]
    [InlineData("12345{{ input.name }}")]
    [InlineData("12345678")]
    [InlineData("{{ input.list }}")]
    [InlineData("{{ [input.list, input.list, input.list] }}")]
    [InlineData("{{ ['aaaaaa', 'bbbbbb', 'cccccc', 'dddddd'] }}")]
    public void Render_TextOverTheLimit_IsTooExpensive(string source)
    {
        var template = Template.Compile(source, new ExpressionOptions { MaxStringLength = 7 });

        Assert.Equal(ExpressionErrorCodes.TooExpensive, template.Render(new JsonScope(Scope)).Error?.Code);
    }

    [Fact]
    public void TryCompile_TooLong_IsRefused()
    {
        var options = new ExpressionOptions { MaxTemplateLength = 20, MaxSourceLength = 8 };

        Assert.True(Template.TryCompile("0123456789{{ 1 }}", out _, out _, options));
        Assert.False(Template.TryCompile(new string('a', 21), out _, out _, options));
        Assert.False(Template.TryCompile("{{ 1 + 1 + 1 }}", out _, out var error, options));
        Assert.Equal(2, error.Position);
    }

    [Fact]
    public void Compile_BrokenHole_Throws() => Assert.Throws<ExpressionSyntaxException>(() => Template.Compile("{{"));

    [Fact]
    public void References_OfATemplate_AreThoseOfAllHoles() =>
        Assert.Equal(
            ["input.name", "state.x"],
            Template.Compile("{{ input.name }} {{ state.x }} {{ input.name }}").References.Select(reference => reference.ToString()));

    [Theory]
    [InlineData("plain", true)]
    [InlineData("", true)]
    [InlineData("a {{ 1 }}", false)]
    public void IsConstant_WithoutHoles_IsTrue(string source, bool expected) =>
        Assert.Equal(expected, Template.Compile(source).IsConstant);
}
