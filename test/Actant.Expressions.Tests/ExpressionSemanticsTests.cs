using System.Globalization;
using static Actant.Expressions.Tests.ExpressionAssert;

namespace Actant.Expressions.Tests;

/// <summary>What the language does beyond the conformance cases: null, JSON data, functions of its own.</summary>
public sealed class ExpressionSemanticsTests
{
    private const string Scope =
        """
        {
          "state": {
            "score": 0.9, "tries": 2, "title": "Draft", "none": null, "tags": ["a", "b"], "big": 12345678901234567890,
            "plan": [{"title": "one"}, {"title": "two"}], "by key": {"x.y": 1}, "whole": 2.0, "text": "na\u00efve \ud83d\ude00",
            "twice": {"k": 1, "k": 2}
          },
          "item": "a",
          "n": 1
        }
        """;

    [Theory]
    [InlineData("state.missing")]
    [InlineData("state.missing.deeper.still")]
    [InlineData("state.none.deeper")]
    [InlineData("state['missing']")]
    [InlineData("state.missing[0]")]
    [InlineData("state.missing['k'].x")]
    [InlineData("state.tags[2]")]
    [InlineData("state.tags[-1]")]
    [InlineData("state.tags[1e300]")]
    [InlineData("[1][1]")]
    [InlineData("{'a': 1}.b")]
    public void Evaluate_MissingValue_IsNull(string source) => Yields("null", source, Scope);

    [Theory]
    [InlineData("has(state.score)", true)]
    [InlineData("has(state.none)", true)]
    [InlineData("has(state.missing)", false)]
    [InlineData("has(state.missing.deeper)", false)]
    [InlineData("has(state.plan[0].title)", true)]
    [InlineData("has(state['score'])", true)]
    [InlineData("has(state.`by key`)", true)]
    public void Evaluate_Has_TellsPresentFromMissing(string source, bool expected) =>
        Yields(expected ? "bool true" : "bool false", source, Scope);

    [Theory]
    [InlineData("state.score >= 0.8 && state.tries < 3", "bool true")]
    [InlineData("state.plan[1].title", "string \"two\"")]
    [InlineData("state.plan[n].title + '!'", "string \"two!\"")]
    [InlineData("state['by key']['x.y']", "int 1")]
    [InlineData("state[state.tags[0] == 'a' ? 'title' : 'x']", "string \"Draft\"")]
    [InlineData("item in state.tags", "bool true")]
    [InlineData("'c' in state.tags", "bool false")]
    [InlineData("'score' in state", "bool true")]
    [InlineData("1 in state", "bool false")]
    [InlineData("state.tags == ['a', 'b']", "bool true")]
    [InlineData("state.tags + ['c']", "list [\"a\",\"b\",\"c\"]")]
    [InlineData("state.plan[0] == {'title': 'one'}", "bool true")]
    [InlineData("{'title': 'one'} == state.plan[0]", "bool true")]
    [InlineData("state.plan == state.plan", "bool true")]
    [InlineData("state.whole == 2", "bool true")]
    [InlineData("state.text == 'na\\u00efve \\U0001F600'", "bool true")]
    [InlineData("state.text == state.text", "bool true")]
    [InlineData("size(state.text)", "int 7")]
    [InlineData("state.text.size()", "int 7")]
    [InlineData("state.big", "double 1.2345678901234567E+19")]
    [InlineData("state.twice.k", "int 2")]
    [InlineData("state.tags.size() + size(state.plan)", "int 4")]
    [InlineData("{'s': state.score, 'l': [state.tries]}", "map {\"s\":0.9,\"l\":[2]}")]
    public void Evaluate_JsonData_IsReadInPlace(string source, string expected) => Yields(expected, source, Scope);

    [Theory]
    [InlineData("parseJson('{\"a\": [1, 2.5, null]}').a[1]", "double 2.5")]
    [InlineData("' 3 '.parseJson() + 1", "int 4")]
    [InlineData("'```json\\n{\"ok\": true}\\n```'.parseJson().ok", "bool true")]
    [InlineData("'```\\n[1]\\n``` '.parseJson()", "list [1]")]
    [InlineData("parseJson('null')", "null")]
    public void ParseJson_Text_IsItsValue(string source, string expected) => ExpressionAssert.Yields(expected, source);

    [Theory]
    [InlineData("parseJson('')", "expression_invalid_argument")]
    [InlineData("parseJson('Here you are: {}')", "expression_invalid_argument")]
    [InlineData("parseJson('```')", "expression_invalid_argument")]
    [InlineData("parseJson('```\\n```')", "expression_invalid_argument")]
    [InlineData("parseJson('{\"a\": 1, \"a\": 2}')", "expression_invalid_argument")]
    [InlineData("parseJson('\"\\\\ud800\"')", "expression_invalid_data")]
    [InlineData("parseJson('{\"\\\\ud800\": 1}')", "expression_invalid_data")]
    [InlineData("parseJson(1)", "expression_type")]
    public void ParseJson_NoJson_SaysSo(string source, string code) => ExpressionAssert.Fails(code, source);

    [Fact]
    public void ParseJson_DeepText_IsRefused() =>
        ExpressionAssert.Fails(ExpressionErrorCodes.InvalidArgument, "parseJson(state.deep)", $"{{\"state\": {{\"deep\": \"{new string('[', 100)}\"}}}}");

    [Theory]
    [InlineData("1 + 0.5", "double 1.5")]
    [InlineData("state.tries * 0.5", "double 1")]
    [InlineData("3 / 2.0", "double 1.5")]
    [InlineData("3 / 2", "int 1")]
    [InlineData("-7 % 3", "int -1")]
    [InlineData("-9223372036854775808 % -1", "int 0")]
    [InlineData("1.0 / 0", "double Infinity")]
    public void Evaluate_MixedNumbers_BecomeDouble(string source, string expected) => Yields(expected, source, Scope);

    [Theory]
    [InlineData("1 + 2 * 3", "int 7")]
    [InlineData("(1 + 2) * 3", "int 9")]
    [InlineData("10 - 4 - 3", "int 3")]
    [InlineData("-2 * -3", "int 6")]
    [InlineData("- 2", "int -2")]
    [InlineData("2 - -2", "int 4")]
    [InlineData("1 < 2 == true", "bool true")]
    [InlineData("true || false && false", "bool true")]
    [InlineData("!false && false", "bool false")]
    [InlineData("true ? 1 : false ? 2 : 3", "int 1")]
    [InlineData("false || true ? 'y' : 'n'", "string \"y\"")]
    [InlineData("1 in [1] && 2 in [2]", "bool true")]
    [InlineData("-[1, 2][1]", "int -2")]
    [InlineData("!{'a': false}.a", "bool true")]
    [InlineData("1 + 1 // the rest is a comment", "int 2")]
    [InlineData("[1, 2,][1]", "int 2")]
    public void Evaluate_Operators_BindAsInCel(string source, string expected) => Yields(expected, source);

    [Theory]
    [InlineData("'Straße'.upper()", "string \"STRA\\u00DFE\"")]
    [InlineData("lower('ÀB')", "string \"\\u00E0b\"")]
    [InlineData("upper('a') + 'B'.lower()", "string \"Ab\"")]
    [InlineData("'2026-11-21'.matches(r'^\\d{4}-\\d{2}-\\d{2}$')", "bool true")]
    [InlineData("matches('abc', 'b')", "bool true")]
    [InlineData("'abc'.matches(state.title + '|c')", "bool true")]
    [InlineData("string(1.0)", "string \"1\"")]
    [InlineData("string(true)", "string \"true\"")]
    [InlineData("string(1.0 / 0.0)", "string \"Infinity\"")]
    [InlineData("double('-Infinity')", "double -Infinity")]
    [InlineData("int('-12')", "int -12")]
    [InlineData("int('9223372036854775807')", "int 9223372036854775807")]
    [InlineData("'\\uFFFD' < '\\U0001F600'", "bool true")]
    [InlineData("'\\U0001F600' > '\\uFFFD'", "bool true")]
    public void Evaluate_Functions_GiveTheirResult(string source, string expected) => Yields(expected, source, Scope);

    [Theory]
    [InlineData("state.none + 1", "state.none", 11)]
    [InlineData("1 + state.none", "state.none", 2)]
    [InlineData("state.missing.deeper < 3", "state.missing.deeper", 21)]
    [InlineData("state.title.length", "state.title", 12)]
    [InlineData("state.tags.first", "state.tags", 11)]
    [InlineData("state.tags['x']", "state.tags", 10)]
    [InlineData("state.tags['x' + 'y']", "state.tags", 10)]
    [InlineData("state[1]", "state", 5)]
    [InlineData("state.score % 2", "state.score", 12)]
    [InlineData("!state.tries", "state.tries", 0)]
    [InlineData("-state.title", "state.title", 0)]
    [InlineData("true && state.plan[0].title", "state.plan[0].title", 22)]
    [InlineData("state.title ? 1 : 2", "state.title", 12)]
    [InlineData("'x' in state.none", "state.none", 4)]
    [InlineData("size(state.none)", "state.none", 0)]
    [InlineData("state.tries.contains('x')", "state.tries", 12)]
    [InlineData("state.tries.matches('x')", "state.tries", 12)]
    [InlineData("upper(state.tries)", "state.tries", 0)]
    [InlineData("int(state.tags)", "state.tags", 0)]
    [InlineData("double(state.none)", "state.none", 0)]
    [InlineData("string(state.tags)", "state.tags", 0)]
    [InlineData("{state.tries: 1}", "state.tries", 7)]
    [InlineData("state.tags < state.tags", "state.tags", 11)]
    public void Evaluate_WrongType_NamesPathAndPosition(string source, string path, int position)
    {
        var error = Fails(ExpressionErrorCodes.Type, source, Scope);

        Assert.Equal(path, error.Path);
        Assert.Equal(position, error.Position);
    }

    [Fact]
    public void Evaluate_WrongTypeOfAComputedValue_NamesNoPath() =>
        Assert.Null(Fails(ExpressionErrorCodes.Type, "size(state.tags) + 'x'", Scope).Path);

    [Theory]
    [InlineData(ExpressionErrorCodes.Overflow, "9223372036854775807 * 2")]
    [InlineData(ExpressionErrorCodes.Overflow, "-9223372036854775807 - 2")]
    [InlineData(ExpressionErrorCodes.Overflow, "int(0.0 / 0.0)")]
    [InlineData(ExpressionErrorCodes.DivisionByZero, "1 / 0")]
    [InlineData(ExpressionErrorCodes.DivisionByZero, "1 % (n - 1)")]
    [InlineData(ExpressionErrorCodes.InvalidArgument, "int('1.5')")]
    [InlineData(ExpressionErrorCodes.InvalidArgument, "int('')")]
    [InlineData(ExpressionErrorCodes.InvalidArgument, "double('one')")]
    [InlineData(ExpressionErrorCodes.InvalidArgument, "double(' 1')")]
    [InlineData(ExpressionErrorCodes.InvalidArgument, "double('∞')")]
    [InlineData(ExpressionErrorCodes.InvalidArgument, "{'a': 1, 'a': 2}")]
    [InlineData(ExpressionErrorCodes.InvalidArgument, "'a'.matches('(' + item)")]
    [InlineData(ExpressionErrorCodes.UnknownName, "unknown.x")]
    public void Evaluate_NoResult_HasACode(string code, string source) => Fails(code, source, Scope);

    [Theory]
    [InlineData("1 / 0 == 1 || true", true)]
    [InlineData("true || state.title", true)]
    [InlineData("unknown || 1 || true", true)]
    [InlineData("1 / 0 == 1 && false", false)]
    [InlineData("state.none && true && false", false)]
    public void Evaluate_ErrorBesideADecision_IsAbsorbed(string source, bool expected) =>
        Yields(expected ? "bool true" : "bool false", source, Scope);

    [Fact]
    public void Evaluate_SeveralErrors_ReportsTheFirst() =>
        Assert.Equal(0, Fails(ExpressionErrorCodes.UnknownName, "unknown || 1 / 0 == 0 || false", Scope).Position);

    [Fact]
    public void Evaluate_OtherCultureOfTheHost_MakesNoDifference()
    {
        var before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NegativeSign) = (",", "~");
        CultureInfo.CurrentCulture = other;
        try
        {
            Yields("string \"-1.5 -2 0.25\"", "string(-1.5) + ' ' + string(-2) + ' ' + string(double('0.25'))");
            Yields("bool true", "int('-3') == 0 - 3");
            Assert.Equal("-1.5", Template.Compile("{{ -1.5 }}").Render(new JsonScope("{}")).Text);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void TryEvaluateCondition_Boolean_IsTheValue()
    {
        Assert.True(Expression.Compile("n == 1").TryEvaluateCondition(new JsonScope(Scope), out var value, out var error));
        Assert.True(value);
        Assert.Null(error);
    }

    [Theory]
    [InlineData("state.missing")]
    [InlineData("state.tries")]
    [InlineData("state.title")]
    public void TryEvaluateCondition_NoBoolean_IsATypeError(string source)
    {
        Assert.False(Expression.Compile(source).TryEvaluateCondition(new JsonScope(Scope), out var value, out var error));
        Assert.False(value);
        Assert.Equal(ExpressionErrorCodes.Type, error.Code);
        Assert.Equal(source, error.Path);
    }
}
