using System.Text.Json;
using Actant.Tests.Tools;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Tests.LanguageModels;

[Trait("Row", "L2")]
public sealed class CalculatorScriptTests
{
    [Theory]
    [InlineData("What is 15 + 27?", "call_0_0 calculator(operation: add, a: 15, b: 27)")]
    [InlineData("12 * 3.5", "call_0_0 calculator(operation: multiply, a: 12, b: 3.5)")]
    [InlineData("sqrt 2", "call_0_0 calculator(operation: sqrt, a: 2)")]
    [InlineData("15% of 80", "call_0_0 calculator(operation: percent, a: 15, b: 80)")]
    [InlineData("1 + 2 and 10 / 4",
        "call_0_0 calculator(operation: add, a: 1, b: 2); call_0_1 calculator(operation: divide, a: 10, b: 4)")]
    public async Task GetResponse_Sum_DemandsTheCalculator(string text, string expected)
    {
        var response = await ScriptedTalk.With(null).Offering("calculator").SayAsync(text);

        Assert.Equal(expected, ScriptedTalk.Show(response));
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Fact]
    public async Task GetResponse_ResultOfTheTool_TellsIt()
    {
        var talk = ScriptedTalk.With(null).Offering("calculator");
        await talk.SayAsync("What is 15 + 27?");

        var answer = await talk.GiveAsync(JsonElement.Parse("""{"result": 42, "text": "42"}"""));

        Assert.Equal("15 + 27 = 42.", answer.Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
    }

    [Fact]
    public async Task GetResponse_NestedSum_WorksInRounds()
    {
        var talk = ScriptedTalk.With(null).Offering("calculator");

        var first = await talk.SayAsync("(2 + 3) * (4 - 1), and 2 ^ 10");
        Assert.Equal(
            "call_0_0 calculator(operation: add, a: 2, b: 3); call_0_1 calculator(operation: subtract, a: 4, b: 1); "
            + "call_0_2 calculator(operation: power, a: 2, b: 10)",
            ScriptedTalk.Show(first));
        var second = await talk.GiveAsync("""{"text": "5"}""", """{"text": "3"}""", """{"text": "1024"}""");
        Assert.Equal("call_1_0 calculator(operation: multiply, a: 5, b: 3)", ScriptedTalk.Show(second));
        var third = await talk.GiveAsync("""{"text": "15"}""");
        Assert.Equal("(2 + 3) * (4 - 1) = 15. 2 ^ 10 = 1024.", third.Text);
    }

    [Theory]
    [InlineData("""{"\ud800": 1}""")]
    [InlineData("""{"text": "\ud800"}""")]
    [InlineData("\"\\udc00\"")]
    public async Task GetResponse_ResultThatNobodyCanRead_IsToldAsItIs(string result)
    {
        var talk = ScriptedTalk.With(null).Offering("calculator");
        await talk.SayAsync("1 + 1");

        Assert.Contains(result, (await talk.GiveAsync(result)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_ToolFailed_TellsTheError()
    {
        var talk = ScriptedTalk.With(null).Offering("calculator");
        await talk.SayAsync("1 / 0 + 3 and 1 + 1");

        var answer = await talk.GiveAsync(
            """{"success": false, "error": "Division by zero.", "tool_name": "calculator", "code": "division_by_zero"}""", """{"text": "2"}""");

        Assert.Equal("I could not work out 1 / 0 + 3: Division by zero. 1 + 1 = 2.", answer.Text);
    }

    [Fact]
    public async Task GetResponse_SecondQuestion_StartsAnew()
    {
        var talk = ScriptedTalk.With(null).Offering("calculator");
        await talk.SayAsync("1 + 1");
        await talk.GiveAsync("2");

        Assert.Equal("call_2_0 calculator(operation: add, a: 2, b: 2)", ScriptedTalk.Show(await talk.SayAsync("And 2 + 2?")));
    }

    [Fact]
    public async Task GetResponse_NoSum_SaysThatItIsAStandIn()
    {
        var answer = await ScriptedTalk.With(null).Offering("calculator").SayAsync("Write me a poem");
        Assert.StartsWith("I am Actant's scripted stand-in, not a language model.", answer.Text);
    }

    [Fact]
    public async Task GetResponse_ToolNotOffered_SaysSo()
    {
        var answer = await ScriptedTalk.With(null).Offering("weather").SayAsync("1 + 1");
        Assert.Contains("1 + 1 I need the tool 'calculator'", answer.Text);
    }

    [Fact]
    public async Task GetResponse_TooLongSum_StatesTheLimit()
    {
        var answer = await ScriptedTalk.With(null).Offering("calculator").SayAsync(string.Join(" * ", Enumerable.Repeat("9", 50)));
        Assert.Contains("at most 16 sums of 32 operations", answer.Text);
    }

    [Theory]
    [InlineData("What is 15 + 27?", "15 + 27 = 42.")]
    [InlineData("0.1 + 0.2", "0.1 + 0.2 = 0.3.")]
    [InlineData("2 + 3 * 4 - sqrt(2) ^ 2 / 1000000", "2 + 3 * 4 - sqrt(2) ^ 2 / 1000000 = 13.999998.")]
    [InlineData("2 ^ 200", "2 ^ 200 = 1606938044258990275541962092341162602522202993782792835301376.")]
    [InlineData("(1 / 3 + 1) / 0 and 15% of 80", "I could not work out (1 / 3 + 1) / 0: Nothing can be divided by zero. 15% of 80 = 12.")]
    [InlineData("10 ^ 10 ^ 10", "I could not work out 10 ^ 10 ^ 10: The result has, or takes, more digits")]
    public async Task GetResponse_WithTheRealCalculator_EndsWithTheResult(string question, string expected)
    {
        var gate = new ToolGate(TimeProvider.System);
        Assert.True(new ToolRegistry([]).TryGet("calculator", out var calculator));
        var talk = ScriptedTalk.With(null).Offering("calculator");

        var response = await talk.SayAsync(question);
        for (var round = 0; response.FinishReason == ChatFinishReason.ToolCalls; round++)
        {
            Assert.InRange(round, 0, 10);
            var results = new List<object>();
            foreach (var call in ScriptedTalk.Calls(talk.Messages[^1]))
            {
                var result = await gate.InvokeAsync(calculator, TestCalls.Of(JsonSerializer.Serialize(call.Arguments)), null, default);
                results.Add(result.Output ?? ToolError.Of(result.Failure!, "calculator", DateTimeOffset.UnixEpoch).ToJson());
            }

            response = await talk.GiveAsync([.. results]);
        }

        Assert.StartsWith(expected, response.Text);
    }

    [Fact]
    public async Task GetResponse_CalculatorModelWithRules_AsksTheRulesFirst()
    {
        var talk = ScriptedTalk.With("""{"rules": [{"when": {"contains": "hello"}, "answer": "Hi."}]}""", "calculator").Offering("calculator");

        Assert.Equal("Hi.", (await talk.SayAsync("Hello")).Text);
        Assert.Equal("call_1_0 calculator(operation: add, a: 1, b: 1)", ScriptedTalk.Show(await talk.SayAsync("1 + 1")));
    }
}
