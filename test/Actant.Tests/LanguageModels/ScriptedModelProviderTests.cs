using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Tests.LanguageModels;

[Trait("Row", "L2")]
public sealed class ScriptedModelProviderTests
{
    private static readonly ScriptedModelProvider s_provider = new(TimeProvider.System);

    [Fact]
    public void Check_EveryKnownField_IsFine()
    {
        Assert.Empty(s_provider.Check(ScriptedTalk.Model("""
            {"delay_ms": 1, "token_delay_ms": 2, "tokens_per_chunk": 3, "default": {"answer": "x"}, "script": ["a", {"answer": "b"}],
             "rules": [{
                "when": {"contains": "a", "matches": "b", "system_contains": "c", "last_role": "tool", "turn": 0, "tool_result": "d"},
                "answer": "e", "tool_calls": [{"name": "f", "arguments": {"g": 1}}], "delay_ms": 0, "token_delay_ms": 0,
                "tokens_per_chunk": 1, "usage": {"input_tokens": 1, "output_tokens": 2, "cached_tokens": 0},
                "fail": {"code": "h", "message": "i", "transient": false, "retry_after_ms": 5, "after_tokens": 1, "times": 1}}]}
            """)));
    }

    [Theory]
    [InlineData("[]", "$.options", "wrong_type")]
    [InlineData("""{"rule": []}""", "$.options.rule", "unknown_field")]
    [InlineData("""{"rules": {}}""", "$.options.rules", "wrong_type")]
    [InlineData("""{"rules": [1]}""", "$.options.rules[0]", "wrong_type")]
    [InlineData("""{"rules": [{"when": {"matches": "("}}]}""", "$.options.rules[0].when.matches", "invalid_pattern")]
    [InlineData("""{"rules": [{"when": {"matches": "(a)\\1"}}]}""", "$.options.rules[0].when.matches", "invalid_pattern")]
    [InlineData("""{"rules": [{"when": {"matches": "(a{30}b){30}"}}]}""", "$.options.rules[0].when.matches", "invalid_pattern")]
    [InlineData("""{"rules": [{"when": {"last_role": "bot"}}]}""", "$.options.rules[0].when.last_role", "unknown_value")]
    [InlineData("""{"rules": [{"when": {"turn": -1}}]}""", "$.options.rules[0].when.turn", "out_of_range")]
    [InlineData("""{"rules": [{"when": "x"}]}""", "$.options.rules[0].when", "wrong_type")]
    [InlineData("""{"script": [{"when": {}}]}""", "$.options.script[0].when", "unknown_field")]
    [InlineData("""{"script": [{"tool_calls": [{}]}]}""", "$.options.script[0].tool_calls[0]", "missing_field")]
    [InlineData("""{"script": [{"tool_calls": [{"name": 1}]}]}""", "$.options.script[0].tool_calls[0].name", "wrong_type")]
    [InlineData("""{"script": [{"tool_calls": [{"name": "a", "arguments": []}]}]}""", "$.options.script[0].tool_calls[0].arguments", "wrong_type")]
    [InlineData("""{"default": {"delay_ms": 1.5}}""", "$.options.default.delay_ms", "out_of_range")]
    [InlineData("""{"default": {"delay_ms": 99999999}}""", "$.options.default.delay_ms", "out_of_range")]
    [InlineData("""{"default": {"delay_ms": "1"}}""", "$.options.default.delay_ms", "wrong_type")]
    [InlineData("""{"default": {"tokens_per_chunk": 0}}""", "$.options.default.tokens_per_chunk", "out_of_range")]
    [InlineData("""{"default": {"fail": {"transient": "yes"}}}""", "$.options.default.fail.transient", "wrong_type")]
    [InlineData("""{"default": {"fail": {"times": 0}}}""", "$.options.default.fail.times", "out_of_range")]
    [InlineData("""{"default": {"usage": {"tokens": 1}}}""", "$.options.default.usage.tokens", "unknown_field")]
    public void Check_WrongOption_IsNamedByItsPath(string options, string path, string code)
    {
        var model = ScriptedTalk.Model(options);

        var problem = Assert.Single(s_provider.Check(model));
        Assert.Equal((path, code), (problem.Path, problem.Code));
        Assert.Throws<ArgumentException>(() => s_provider.Create(model));
    }

    [Fact]
    public void Check_SeveralWrongOptions_NamesAll()
    {
        Assert.Equal(3, s_provider.Check(ScriptedTalk.Model("""{"defalt": 1, "delay_ms": "x", "script": [7]}""")).Count);
    }

    [Fact]
    public async Task StandInFor_AnotherProvider_AnswersWithoutItsOptions()
    {
        var standIn = ScriptedModelProvider.StandInFor("openai", TimeProvider.System);
        var model = ScriptedTalk.Model("""{"organization": "x"}""", "gpt") with { Provider = "openai" };

        Assert.Equal("openai", standIn.Name);
        Assert.Empty(standIn.Check(model));
        var response = await standIn.Create(model).GetResponseAsync([new ChatMessage(ChatRole.User, "Hello")]);
        Assert.Contains("stand-in", response.Text);
        Assert.Equal("scripted", response.AdditionalProperties![ModelCallProperties.Source]);
    }

    [Fact]
    public void Create_SameDefinition_GivesTheSameClient()
    {
        var model = ScriptedTalk.Model(null);
        Assert.Same(s_provider.Create(model), s_provider.Create(model));
    }

    [Fact]
    public void ModelProviders_Names_AreFoundExactlyAndNearly()
    {
        var providers = new ModelProviders([s_provider, ScriptedModelProvider.StandInFor("openai", TimeProvider.System)]);

        Assert.Equal(["openai", "scripted"], providers.Names);
        Assert.True(providers.TryGet("scripted", out var found));
        Assert.Same(s_provider, found);
        Assert.False(providers.TryGet("Scripted", out _));
        Assert.Equal("openai", providers.Nearest("OpenAI"));
        Assert.Equal("scripted", providers.Nearest("scriptd"));
        Assert.Null(providers.Nearest("anthropic"));
        Assert.Throws<ArgumentException>(() => new ModelProviders([s_provider, s_provider]));
    }
}
