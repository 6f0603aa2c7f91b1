using System.Text.Json;
using Actant.LanguageModels;
using Actant.Testing.Executions;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Executions;

/// <summary>Messages in forms that are nearly the documented ones: what is accepted reaches the model, what is not is refused with its path.</summary>
[Trait("Row", "L2")]
public sealed class LaxPartsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"https://example.org/a.png\"", null)]
    [InlineData("""{"url": "https://example.org/a.png", "detail": "low"}""", "low")]
    public async Task Image_AsATextOrWithDetail_ReachesTheModel(string image, string? detail)
    {
        await using var harness = await EngineHarness.StartAsync();
        await harness.SubmitAsync(TestAgents.Talker, Input($$"""[{"role": "user", "content": [{"type": "image_url", "image_url": {{image}}}]}]"""));

        var asked = await harness.Model.Calls.NextAsync();
        asked.Finish("seen");

        var part = Assert.IsType<UriContent>(Assert.Single(asked.Messages.Single(static message => message.Role == ChatRole.User).Contents));
        Assert.Equal(("https://example.org/a.png", detail), (part.Uri.OriginalString, part.AdditionalProperties?[ModelCallProperties.Detail]));
    }

    [Theory]
    [InlineData("""{"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": "huge"}}""", ".image_url.detail")]
    [InlineData("""{"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": 7}}""", ".image_url.detail")]
    [InlineData("""{"type": "file", "file": {"file_url": "https://example.org/a", "media_type": "no type"}}""", ".file.media_type")]
    public async Task Part_WithAValueThatIsNone_IsRefusedWithItsPath(string part, string path)
    {
        await using var harness = await EngineHarness.StartAsync();

        var reply = await harness.Client.SubmitAsync(EngineHarness.Request(TestAgents.Talker, Input($$"""[{"role": "user", "content": [{{part}}]}]""")), Token);

        Assert.Equal($"$.input.messages[0].content[0]{path}", Assert.Single(reply.Refusal!.Errors!).Path);
    }

    [Fact]
    public async Task Call_ArgumentsThatAreNoJson_ReachTheModelAsTheyWereWritten()
    {
        await using var harness = await EngineHarness.StartAsync();
        await harness.SubmitAsync(TestAgents.Talker, Input("""
            [{"role": "user", "content": "go"},
             {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{\"city\": Ulm"}}]},
             {"role": "tool", "tool_call_id": "c1", "content": "That is no JSON."}]
            """));

        var asked = await harness.Model.Calls.NextAsync();
        asked.Finish("sorry");

        var call = asked.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>().Single();
        Assert.Equal("{\"city\": Ulm", call.AdditionalProperties![ModelCallProperties.RawArguments]);
        Assert.Equal("{\"city\": Ulm", call.Arguments!["arguments"]?.ToString());
    }

    private static Dictionary<string, JsonElement> Input(string messages) => new() { ["messages"] = JsonElement.Parse(messages) };
}
