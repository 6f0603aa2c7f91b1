using System.Text.Json;
using System.Text.RegularExpressions;
using Actant.Definitions;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Tests.LanguageModels;

/// <summary>Every example of <c>docs/scripted-model.md</c> is checked, and every conversation there is held.</summary>
[Trait("Row", "L2")]
public sealed partial class ScriptedModelPageTests
{
    public static TheoryData<string, string> Examples()
    {
        var examples = new TheoryData<string, string>();
        foreach (Match match in Blocks().Matches(TestPages.Read("scripted-model.md")))
        {
            examples.Add(match.Groups["model"].Value, match.Groups["talk"].Value);
        }

        return examples;
    }

    [Fact]
    public void Page_Blocks_AreAllExamples()
    {
        var page = TestPages.Read("scripted-model.md");
        Assert.Equal(Regex.Count(page, "^```json", RegexOptions.Multiline), Blocks().Count(page));
        Assert.InRange(Blocks().Count(page), 4, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Page_Example_AnswersAsWritten(string model, string conversation)
    {
        var json = JsonElement.Parse(model);
        var definition = new ModelDefinition
        {
            Provider = json.GetProperty("provider").GetString()!,
            ModelName = json.GetProperty("model_name").GetString()!,
            Options = json.TryGetProperty("options", out var options) ? options : null,
        };
        var provider = new ScriptedModelProvider(TimeProvider.System);
        Assert.Empty(provider.Check(definition));
        var talk = new ScriptedTalk(provider.Create(definition)).Offering("calculator", "weather");

        var results = new List<object>();
        var attempt = 1;
        foreach (var line in conversation.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (who, what) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 2)..]);
            switch (who)
            {
                case "user":
                    talk.Messages.Add(new ChatMessage(ChatRole.User, what));
                    attempt = 1;
                    break;
                case "tool":
                    results.Add(what);
                    break;
                case "fails":
                    var exception = await Assert.ThrowsAsync<ModelException>(() => talk.CallAsync(attempt++));
                    Assert.Equal(what, exception.Failure.Code);
                    break;
                default:
                    var response = results.Count > 0 ? await talk.GiveAsync([.. results]) : await talk.CallAsync(attempt);
                    results.Clear();
                    Assert.Equal(what, who == "model" ? response.Text : Calls(response));
                    break;
            }
        }
    }

    private static string Calls(ChatResponse response) => string.Join(' ', response.Messages.SelectMany(message => ScriptedTalk.Calls(message))
        .Select(call => $"{call.Name} {JsonSerializer.Serialize(call.Arguments)}"));

    [GeneratedRegex("```json\n(?<model>.*?)```\n\n```text\n(?<talk>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Blocks();
}
