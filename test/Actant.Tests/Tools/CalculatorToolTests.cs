using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actant.Tools;

namespace Actant.Tests.Tools;

[Trait("Row", "T1")]
public sealed class CalculatorToolTests
{
    private static readonly ToolGate s_gate = new(TimeProvider.System);
    private static readonly BoundTool s_calculator = BindCalculator();

    [Theory]
    [InlineData("add", "15", "27", "42")]
    [InlineData("add", "0.1", "0.2", "0.3")]
    [InlineData("add", "1e400", "-1e400", "0")]
    [InlineData("add", "1e-20", "1e20", "100000000000000000000.00000000000000000001")]
    [InlineData("subtract", "7", "9.50", "-2.5")]
    [InlineData("subtract", "-0", "0", "0")]
    [InlineData("multiply", "12", "3.5", "42")]
    [InlineData("multiply", "99999999999999999999", "99999999999999999999", "9999999999999999999800000000000000000001")]
    [InlineData("multiply", "0.000000000001", "0.00001", "0.00000000000000001")]
    [InlineData("divide", "10", "4", "2.5")]
    [InlineData("divide", "1", "3", "0.3333333333")]
    [InlineData("divide", "-2", "3", "-0.6666666667")]
    [InlineData("divide", "1e-300", "4e-300", "0.25")]
    [InlineData("power", "2", "10", "1024")]
    [InlineData("power", "2", "200", "1606938044258990275541962092341162602522202993782792835301376")]
    [InlineData("power", "1.5", "3", "3.375")]
    [InlineData("power", "-2", "3", "-8")]
    [InlineData("power", "-2", "-2", "0.25")]
    [InlineData("power", "0", "0", "1")]
    [InlineData("power", "0", "2.5", "0")]
    [InlineData("power", "4", "0.5", "2")]
    [InlineData("power", "4", "-0.5", "0.5")]
    [InlineData("power", "32", "0.2", "2")]
    [InlineData("power", "1.44", "1.5", "1.728")]
    [InlineData("power", "2", "-100000", "0")]
    [InlineData("power", "0.9", "1000000000", "0")]
    [InlineData("power", "1", "1e300", "1")]
    [InlineData("power", "-1", "1e300", "1")]
    [InlineData("power", "0.1", "100", "0.0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("sqrt", "2", null, "1.4142135624")]
    [InlineData("sqrt", "144", null, "12")]
    [InlineData("sqrt", "0.25", null, "0.5")]
    [InlineData("sqrt", "0", null, "0")]
    [InlineData("percent", "15", null, "0.15")]
    [InlineData("percent", "15", "80", "12")]
    [InlineData("percent", "0.1", "0.1", "0.0001")]
    public async Task Invoke_Numbers_AreWorkedOut(string operation, string a, string? b, string expected)
    {
        Assert.Equal(expected, await TextAsync(operation, a, b));
    }

    // Worked out with 1100 digits by another program.
    [Theory]
    [InlineData("sqrt", "2", null, 50, "1.41421356237309504880168872420969807856967187537695")]
    [InlineData("sqrt", "1e-7", null, 50, "0.00031622776601683793319988935444327185337195551393")]
    [InlineData("sqrt", "12345678901234567890", null, 30, "3513641828.820144253093654172555782217909")]
    [InlineData("power", "2", "1.5", 30, "2.828427124746190097603377448419")]
    [InlineData("power", "10", "0.1", 40, "1.2589254117941672104239541063958006060936")]
    [InlineData("power", "3.7", "2.123456", 30, "16.089826468335643906622072020319")]
    [InlineData("power", "1.0000001", "10000000.5", 25, "2.718281828459047500594918")]
    [InlineData("power", "2", "-0.5", 30, "0.707106781186547524400844362105")]
    [InlineData("power", "100", "0.123456789", 30, "1.765686424704352283830771932761")]
    [InlineData("power", "0.001", "0.77", 30, "0.004897788193684461959103085614")]
    [InlineData("power", "2", "0.001", 40, "1.0006933874625806325375686393038591957083")]
    [InlineData("power", "123456.789", "12.3456789", 10, "721454626330161487711908925996860566299812236567064462275123466.3327269019")]
    [InlineData("power", "1.000000001", "1000000000", 20, "2.71828182709990432238")]
    [InlineData("power", "7", "-3", 20, "0.00291545189504373178")]
    [InlineData("power", "0.5", "-3.3", 20, "9.849155306759330276")]
    [InlineData("divide", "22", "7", 0, "3")]
    [InlineData("divide", "5", "2", 0, "2")]
    [InlineData("divide", "7", "2", 0, "4")]
    [InlineData("divide", "-5", "2", 0, "-2")]
    [InlineData("divide", "1", "8", 2, "0.12")]
    [InlineData("divide", "3", "8", 2, "0.38")]
    [InlineData("sqrt", "0.25", null, 0, "0")]
    [InlineData("sqrt", "2.25", null, 0, "2")]
    [InlineData("sqrt", "6.2500000000000000000000001", null, 0, "3")]
    [InlineData("add", "0.125", "0.125", 1, "0.25")]
    public async Task Invoke_Precision_IsKept(string operation, string a, string? b, int precision, string expected)
    {
        Assert.Equal(expected, await TextAsync(operation, a, b, precision));
    }

    [Theory]
    [InlineData("sqrt", "2", null, "92fa8c84b033aaf1a67722abccd41dab07aa693b6d64398b6baaafa47636b63c")]
    [InlineData("power", "3", "0.123", "adb6a1e1b581ffef98fc0f7a7a6ce52e03d72bda77097f8e248e63d78d7dabe5")]
    public async Task Invoke_ThousandDigits_AreRight(string operation, string a, string? b, string sha256)
    {
        var text = await TextAsync(operation, a, b, 1000);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text))));
    }

    [Theory]
    [InlineData("""{"operation":"add","a":15,"b":27,"precision":5}""", """{"result":42,"text":"42","exact":true}""")]
    [InlineData("""{"operation":"add","a":"0.1","b":" +.2e0 "}""", """{"result":0.3,"text":"0.3","exact":true}""")]
    [InlineData("""{"operation":"divide","a":2,"b":3}""", """{"result":0.6666666667,"text":"0.6666666667","exact":false}""")]
    [InlineData("""{"operation":"power","a":10,"b":20}""", """{"result":"100000000000000000000","text":"100000000000000000000","exact":true}""")]
    public async Task Invoke_Output_HasTheDocumentedForm(string arguments, string expected)
    {
        Assert.Equal(expected, TestCalls.Show(await s_gate.InvokeAsync(s_calculator, TestCalls.Of(arguments), null, default)));
    }

    [Theory]
    [InlineData("""{"operation":"divide","a":1,"b":0.00}""", "division_by_zero")]
    [InlineData("""{"operation":"power","a":0,"b":-1}""", "division_by_zero")]
    [InlineData("""{"operation":"sqrt","a":-1}""", "negative_root")]
    [InlineData("""{"operation":"power","a":-8,"b":0.5}""", "negative_root")]
    [InlineData("""{"operation":"add","a":1}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"modulo","a":1,"b":2}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"add","a":"one","b":2}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"add","a":"1,5","b":2}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"add","a":"0x10","b":2}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"add","a":"","b":2}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"add","a":".","b":2}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"add","a":"NaN","b":2}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"add","a":"1e","b":2}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"add","a":null,"b":2}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"sqrt","a":2,"precision":1001}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"sqrt","a":2,"precision":-1}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"sqrt","a":2,"c":1}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"add","a":1e10001,"b":2}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"add","a":1e-99999999999999999999,"b":2}""", "tool_invalid_arguments")]
    [InlineData("""{"operation":"power","a":10,"b":1e9}""", "result_too_large")]
    [InlineData("""{"operation":"power","a":10,"b":10000}""", "result_too_large")]
    [InlineData("""{"operation":"power","a":9999999,"b":9999999}""", "result_too_large")]
    [InlineData("""{"operation":"power","a":0.5,"b":-1e9}""", "result_too_large")]
    [InlineData("""{"operation":"power","a":"1.0000000000000000000000000000000000001","b":"1e300"}""", "result_too_large")]
    [InlineData("""{"operation":"multiply","a":1e9999,"b":10}""", "result_too_large")]
    [InlineData("""{"operation":"multiply","a":1e-9999,"b":0.01}""", "result_too_large")]
    [InlineData("""{"operation":"divide","a":1,"b":1e-10000}""", "result_too_large")]
    public async Task Invoke_Impossible_IsAFailureWithACode(string arguments, string code)
    {
        var result = await s_gate.InvokeAsync(s_calculator, TestCalls.Of(arguments), null, default);
        Assert.Equal(code, result.Failure?.Code);
    }

    [Fact]
    public async Task Invoke_RandomNumbers_AgreesWithDecimal()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var (a, b) = (Next(random), Next(random));
            Assert.Equal(Show(a + b), await TextAsync("add", $"{a}", $"{b}"));
            Assert.Equal(Show(a - b), await TextAsync("subtract", $"{a}", $"{b}"));
            Assert.Equal(Show(a * b), await TextAsync("multiply", $"{a}", $"{b}"));
            Assert.Equal(Show(a * b / 100), await TextAsync("percent", $"{a}", $"{b}"));
            if (b != 0)
            {
                Assert.Equal(Show(Math.Round(a / b, 6, MidpointRounding.ToEven)), await TextAsync("divide", $"{a}", $"{b}", 6));
            }
        }
    }

    // The bound is far above what is needed (all take milliseconds) and far below what unbounded work would take.
    [Fact]
    public async Task Invoke_AbsurdSizes_AreAnsweredSoon()
    {
        var huge = new string('9', 9_999);
        var small = $"0.{new string('7', 9_999)}";
        var time = Stopwatch.StartNew();
        foreach (var a in (string[])[huge, small, "1e9999", "3e-9999", new string('9', 1_000_000), "1e999999999", "1.5"])
        {
            foreach (var b in (string[])[huge, small, $"-{small}", "-1e9999", "0.015625", "1000.001", "32000.015625", "20000", "-1e-9999"])
            {
                foreach (var operation in (string[])["add", "multiply", "divide", "power", "sqrt", "percent"])
                {
                    await s_gate.InvokeAsync(s_calculator, Call(operation, a, b, 1000), null, default);
                }
            }
        }

        Assert.InRange(time.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    private static decimal Next(Random random) =>
        new(random.Next(), random.Next(2), 0, random.Next(2) == 0, (byte)random.Next(8));

    private static string Show(decimal value)
    {
        var text = value.ToString();
        text = text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
        return text is "-0" ? "0" : text;
    }

    private static ToolCall Call(string operation, string a, string? b, int? precision)
    {
        var arguments = new Dictionary<string, object> { ["operation"] = operation, ["a"] = a };
        if (b is not null)
        {
            arguments["b"] = b;
        }

        if (precision is not null)
        {
            arguments["precision"] = precision;
        }

        return TestCalls.Of(JsonSerializer.Serialize(arguments));
    }

    private static async Task<string> TextAsync(string operation, string a, string? b, int? precision = null)
    {
        var result = await s_gate.InvokeAsync(s_calculator, Call(operation, a, b, precision), null, default);
        Assert.Null(result.Failure);
        return result.Output!.Value.GetProperty("text").GetString()!;
    }

    private static BoundTool BindCalculator()
    {
        Assert.True(new ToolRegistry([]).TryGet("calculator", out var tool));
        return tool;
    }
}
