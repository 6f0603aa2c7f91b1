using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tests.Executions;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Journaling;

/// <summary>What is taken in can be given to a model; what cannot is refused, and never stored.</summary>
[Trait("Row", "A4")]
public sealed class MessageReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cat photo.png")]
    [InlineData("")]
    [InlineData("iVBORw0KGgoAAAANSUhEUg")]
    [InlineData("data:garbage")]
    [InlineData("data:image/png;base64,%%%not base64")]
    [InlineData("data:image/png;base64,iVBO\\nRw0KGgo=")]
    [InlineData("data:application/pdf;base64,JVBERi0=")]
    [InlineData("/uploads/cat.png")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    public async Task Input_ImageThatIsNone_IsRefusedWithItsPath(string url) => await RefusedAsync(
        $$$"""[{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"{{{url}}}"}}]}]""",
        "$.input.messages[0].content[1].image_url");

    [Theory]
    [InlineData("""{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}""", ".type")]
    [InlineData("""{"type":"tool_use","id":"t1","name":"a","input":{}}""", ".type")]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"not base64","format":"wav"}}""", ".input_audio.data")]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"AAAA"}}""", ".input_audio.format")]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"AAAA","format":"ogg"}}""", ".input_audio.format")]
    [InlineData("""{"type":"file","file":{"file_id":"file-1","file_data":"data:application/pdf;base64,JVBERi0="}}""", ".file")]
    [InlineData("""{"type":"file","file":{"file_id":"file-1","file_url":"https://example.org/a.pdf"}}""", ".file")]
    [InlineData("""{"type":"file","file":{"filename":"a.pdf"}}""", ".file")]
    [InlineData("""{"type":"file","file":{"file_data":"JVBERi0="}}""", ".file.file_data")]
    [InlineData("""{"type":"file","file":{"file_url":"/etc/passwd"}}""", ".file")]
    [InlineData("""{"type":"text","text":7}""", ".text")]
    [InlineData("""{"type":7,"text":"x"}""", ".type")]
    [InlineData("{}", ".type")]
    [InlineData("\"hello\"", "")]
    [InlineData("null", "")]
    public async Task Input_PartThatNobodyKnows_IsRefusedWithItsPath(string part, string path) =>
        await RefusedAsync($$"""[{"role":"user","content":[{{part}}]}]""", $"$.input.messages[0].content[0]{path}");

    [Theory]
    [InlineData("""[{"id":"c","name":"x","arguments":{"a":1,"a":2}}]""", "[0].arguments")]
    [InlineData("""[{"id":"c","name":"x","arguments":7}]""", "[0].arguments")]
    [InlineData("""[{"id":"c","name":"x"}]""", "[0].arguments")]
    [InlineData("""[{"id":null,"name":"x","arguments":{}}]""", "[0]")]
    [InlineData("""[{"id":"c","name":null,"arguments":{}}]""", "[0]")]
    [InlineData("""[{"id":"c","arguments":{}}]""", "[0]")]
    [InlineData("[null]", "[0]")]
    [InlineData("[{}]", "[0]")]
    [InlineData("{}", "")]
    [InlineData("""[{"id":"c","name":"x","arguments":{}},{"id":"c","name":"y","arguments":{}}]""", "[1].id")]
    public async Task Input_CallThatIsNone_IsRefusedWithItsPath(string calls, string path) => await RefusedAsync(
        $$"""[{"role":"user","content":"x"},{"role":"assistant","content":"","tool_calls":{{calls}}}]""", $"$.input.messages[1].tool_calls{path}");

    [Theory]
    [InlineData("""{"role":"tool","content":"x"}""", ".tool_call_id")]
    [InlineData("""{"role":"user","content":"x","name":7}""", ".name")]
    [InlineData("""{"role":"user","content":null}""", ".content")]
    [InlineData("""{"role":"user"}""", ".content")]
    [InlineData("""{"role":"robot","content":"x"}""", ".role")]
    [InlineData("""{"content":"x"}""", ".role")]
    [InlineData("""{"role":"user","content":"x","tool_calls":[]}""", ".tool_calls")]
    [InlineData("7", "")]
    public async Task Input_MessageThatIsNone_IsRefusedWithItsPath(string message, string path) => await RefusedAsync($"[{message}]", $"$.input.messages[0]{path}");

    [Theory]
    [InlineData("T:c1", 0)]
    [InlineData("U T:c1", 1)]
    [InlineData("U A:c1 T:c2", 2)]
    [InlineData("U A:c1 T:c1 T:c1", 3)]
    [InlineData("U A:c1,c2 T:c2 T:c1 T:c2", 4)]
    [InlineData("U A:c1 U T:c1", 3)]
    [InlineData("U A:c1 T:c1 A: T:c1", 4)]
    [InlineData("U A:c1,c2 T:c2 T:c1 A:c1 T:c1 U", null)]
    [InlineData("U A:c1,c2 T:c2 U", null)]
    public async Task Input_ResultsOfCalls_StandBehindTheirCallsOnceEach(string history, int? fault)
    {
        var messages = $"[{string.Join(',', history.Split(' ').Select(MessageOf))}]";
        if (fault is { } index)
        {
            await RefusedAsync(messages, $"$.input.messages[{index}].tool_call_id");
            return;
        }

        await using var harness = await EngineHarness.StartAsync();
        Assert.True((await SubmitAsync(harness, messages)).IsDone);
        AssertPaired((await harness.Model.Calls.NextAsync()).Messages);
    }

    [Theory]
    [InlineData("T:c9")]
    [InlineData("A:c1 T:c2 T:c1 T:c1")]
    [InlineData("A:c1,c2 U T:c1 T:c1")]
    [InlineData("A:c1 U A:c1 T:c1")]
    public async Task State_ResultsThatSomebodyLeftUnpaired_AreNotToldToTheModel(string history)
    {
        await using var harness = await EngineHarness.StartAsync();
        IEnumerable<ChatMessage> heard = [];
        harness.Model.Responds = call =>
        {
            heard = call.Messages;
            call.Finish("ok");
        };
        var request = new SubmitRequest { Definition = EngineHarness.Define(TestAgents.Talker), Input = JsonElement.Parse("\"hello\""), Thread = "t" };
        await harness.WaitAsync((await harness.Client.SubmitAsync(request, Token)).Value!.Id);
        var change = new StateUpdateRequest
        {
            Operations = [new StateOperation { Op = StateOperationKind.Append, Key = "messages", Value = JsonElement.Parse($"[{string.Join(',', history.Split(' ').Select(MessageOf))}]") }],
        };
        Assert.True((await harness.Client.UpdateStateAsync("t", change, Token)).IsDone);

        await harness.WaitAsync((await harness.Client.SubmitAsync(request, Token)).Value!.Id);

        Assert.Equal(history.Split(' ').Count(static word => word[0] != 'T') + 3, heard.Count(static message => message.Role != ChatRole.Tool));
        AssertPaired(heard);
    }

    private static string MessageOf(string word) => word[0] switch
    {
        'T' => $$"""{"role":"tool","tool_call_id":"{{word[2..]}}","content":"x"}""",
        'A' => $$"""{"role":"assistant","content":"","tool_calls":[{{string.Join(',', word[2..].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(CallOf))}}]}""",
        _ => """{"role":"user","content":"x"}""",
    };

    private static string CallOf(string id) => $$$"""{"id":"{{{id}}}","name":"look","arguments":{}}""";

    /// <summary>As vendors insist: behind an answer the results of its calls, one for each, and nowhere else.</summary>
    private static void AssertPaired(IEnumerable<ChatMessage> messages)
    {
        var open = new List<string>();
        foreach (var message in messages)
        {
            var results = message.Contents.OfType<FunctionResultContent>().Select(static result => result.CallId).ToList();
            Assert.All(results, id => Assert.True(open.Remove(id), $"No open call {id}."));
            if (results.Count == 0)
            {
                Assert.Empty(open);
                open.AddRange(message.Contents.OfType<FunctionCallContent>().Select(static call => call.CallId));
            }
        }

        Assert.Empty(open);
    }

    [Theory]
    [InlineData("""{"id":"c1","type":"function","function":{"name":"look","arguments":"{\"city\":\"Ulm\"}"}}""")]
    [InlineData("""{"id":"c1","name":"look","arguments":"{\"city\":\"Ulm\"}"}""")]
    [InlineData("""{"id":"c1","name":"look","arguments":{"city":"Ulm"}}""")]
    public async Task Input_CallInEitherForm_IsWhatTheModelHears(string call)
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await SubmitAsync(
            harness, $$"""[{"role":"user","content":"?"},{"role":"assistant","content":null,"tool_calls":[{{call}}]},{"role":"tool","tool_call_id":"c1","content":"sunny"},{"role":"user","content":"thanks"}]""");
        Assert.True(submitted.IsDone, submitted.Refusal?.ToString());
        var asked = await harness.Model.Calls.NextAsync();
        asked.Finish("ok");

        var heard = Assert.Single(asked.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>());
        Assert.Equal(("c1", "look", "Ulm"), (heard.CallId, heard.Name, heard.Arguments!["city"]!.ToString()));
    }

    [Fact]
    public async Task Input_PartsOfEveryKind_AreWhatTheModelHears()
    {
        await using var harness = await EngineHarness.StartAsync();
        Assert.True((await SubmitAsync(harness, """
            [{"role":"user","content":[
              {"type":"text","text":"a"},
              {"type":"image_url","image_url":{"url":"https://example.org/a.png"}},
              {"type":"image_url","image_url":"data:image/png;base64,AAAA"},
              {"type":"input_audio","input_audio":{"data":"AAAA","format":"mp3"}},
              {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}},
              {"type":"file","file":{"file_id":"file-1"}},
              {"type":"file","file":{"file_url":"https://example.org/a.pdf"}},
              {"type":"refusal","refusal":"no"},
              {"type":"json","json":{"n":1}}]}]
            """)).IsDone);
        var asked = await harness.Model.Calls.NextAsync();
        asked.Finish("ok");

        Assert.Equal(
            ["a", "https://example.org/a.png", "image/png", "audio/mpeg", "a.pdf application/pdf", "file-1", "application/pdf", "no", """{"n":1}"""],
            asked.Messages[^1].Contents.Select(static content => content switch
            {
                TextContent text => text.Text,
                DataContent { Name: { } name } named => $"{name} {named.MediaType}",
                DataContent data => data.MediaType,
                UriContent { MediaType: "image/*" } image => image.Uri.AbsoluteUri,
                UriContent uri => uri.MediaType,
                HostedFileContent file => file.FileId,
                _ => content.GetType().Name,
            }));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("""{"type":"reasoning","reasoning":7}""")]
    [InlineData("""{"type":"media","url":"cat.png","media_type":"none"}""")]
    [InlineData("""{"type":"media","url":"data:garbage","media_type":"image/png"}""")]
    [InlineData("""{"type":"provider_data","data":7}""")]
    [InlineData("""{"type":"provider_data","data":{"$type":"nobody"}}""")]
    [InlineData("""{"type":"provider_data","data":{"$type":"data","uri":7}}""")]
    [InlineData("""{"type":"provider_data","data":{"$type":"usage","details":[]}}""")]
    public async Task Input_PartsOfAnAnswerThatAreNone_DoNoHarm(string part)
    {
        await using var harness = await EngineHarness.StartAsync();
        Assert.True((await SubmitAsync(harness, $$"""[{"role":"assistant","content":"x","provider":"gated","parts":[{{part}}]},{"role":"user","content":"y"}]""")).IsDone);
        var asked = await harness.Model.Calls.NextAsync();
        asked.Finish("ok");

        Assert.Equal(["Begin.", "x", "y"], asked.Messages.Select(static message => message.Text));
    }

    [Theory]
    [InlineData("""{\"\\ud800\":1}""")]
    [InlineData("""{\"a\":\"\\ud800\"}""")]
    [InlineData("""{\"a\":[{\"b\":\"x\\udc00y\"}]}""")]
    [InlineData("""[\"\\ud800\"]""")]
    public async Task Arguments_HalfACharacterInTheirText_IsRefusedWithItsPath(string arguments)
    {
        var answer = $$$"""{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"look","arguments":"{{{arguments}}}"}}]}""";
        await RefusedAsync($"[{answer}]", "$.input.messages[0].tool_calls[0].arguments");

        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = static call => call.Finish("ok");
        var request = new SubmitRequest { Definition = EngineHarness.Define(TestAgents.Talker), Input = JsonElement.Parse("\"hello\""), Thread = "t" };
        await harness.WaitAsync((await harness.Client.SubmitAsync(request, Token)).Value!.Id);
        var change = new StateUpdateRequest { Operations = [new StateOperation { Op = StateOperationKind.Append, Key = "messages", Value = JsonElement.Parse($"[{answer}]") }] };

        var fault = Assert.Single((await harness.Client.UpdateStateAsync("t", change, Token)).Refusal!.Errors!);

        Assert.Equal("$.operations[0].value", fault.Path);
        Assert.Contains("[0].tool_calls[0].arguments", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HalfACharacterThatAnOlderReleaseStored_IsTheTextThatItWas()
    {
        var read = MessageReader.Read(JsonElement.Parse("""{"role":"assistant","content":null,"tool_calls":[{"id":"c","name":"look","arguments":"{\"a\":\"\\ud800\"}"}]}"""));

        Assert.Equal("""{"a":"\ud800"}""", Assert.Single(read.ToolCalls!).Arguments.GetString());
    }

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"messages":[{"role":"user","content":"x","\ud800":1}]}""")]
    public async Task Input_NameThatIsNoUnicode_IsRefusedByTheLibraryToo(string input)
    {
        await using var harness = await EngineHarness.StartAsync();

        var reply = await harness.Client.SubmitAsync(new SubmitRequest { Definition = EngineHarness.Define(TestAgents.Talker), Input = JsonElement.Parse(input) }, Token);

        Assert.Equal("invalid_input", reply.Refusal?.Code);
    }

    [Theory]
    [InlineData("""{"role":"user","content":"x","zzz":1}""", ".zzz")]
    [InlineData("""{"role":"user","content":"x","created_at":"now"}""", ".created_at")]
    [InlineData("""{"role":"user","content":"x","refusal":"no"}""", ".refusal")]
    [InlineData("""{"role":"user","content":"x","reasoning_content":"no"}""", ".reasoning_content")]
    [InlineData("""{"role":"user","content":"x","parts":7}""", ".parts")]
    [InlineData("""{"role":"user","content":"x","provider":7}""", ".provider")]
    [InlineData("""{"role":"assistant","content":"x","refusal":7}""", ".refusal")]
    [InlineData("""{"role":"assistant","content":"x","reasoning":{}}""", ".reasoning")]
    [InlineData("""{"role":"assistant","content":"x","annotations":[{"type":"file_citation"}]}""", ".annotations[0]")]
    [InlineData("""{"role":"assistant","content":"x","audio":{"id":"audio-1"}}""", ".audio")]
    [InlineData("""{"role":"assistant","content":null,"function_call":{"name":"pay","arguments":"{}"}}""", ".function_call")]
    [InlineData("""{"role":"assistant","content":"","function_call":{"name":"pay","arguments":"{}"}}""", ".function_call")]
    [InlineData("""{"role":"assistant","content":null,"refusal":null}""", ".content")]
    [InlineData("""{"role":"assistant","content":"","tool_calls":[{"id":"c","name":"x","arguments":{},"zzz":1}]}""", ".tool_calls[0].zzz")]
    [InlineData("""{"role":"assistant","content":"","tool_calls":[{"id":"c","type":"custom","name":"x","arguments":{}}]}""", ".tool_calls[0].type")]
    [InlineData("""{"role":"assistant","content":"","tool_calls":[{"id":"c","function":{"name":"x","arguments":{},"strict":true}}]}""", ".tool_calls[0].function.strict")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]}""", ".content[0].cache_control")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.org/a.png","size":7}}]}""", ".content[0].image_url.size")]
    public async Task Input_FieldThatWouldBeLeftOut_IsRefusedWithItsPath(string message, string path) => await RefusedAsync($"[{message}]", $"$.input.messages[0]{path}");

    [Fact]
    public async Task Input_OldFormOfACall_IsRefusedWithTheNewOne()
    {
        await using var harness = await EngineHarness.StartAsync();

        var call = await SubmitAsync(harness, """[{"role":"assistant","content":null,"function_call":{"name":"pay","arguments":"{}"}}]""");
        var result = await SubmitAsync(harness, """[{"role":"function","name":"pay","content":"done"}]""");

        Assert.Contains("tool_calls: [{id, name, arguments}]", Assert.Single(call.Refusal!.Errors!).Message, StringComparison.Ordinal);
        Assert.Contains("tool_call_id", Assert.Single(result.Refusal!.Errors!).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_AnswerAsItsVendorGaveIt_KeepsAllOfIt()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await SubmitAsync(harness, """
            [{"role":"user","content":"?"},
             {"role":"assistant","content":null,"refusal":"I cannot help.","annotations":[],"audio":null,"function_call":null,"tool_calls":null},
             {"role":"assistant","content":"Look:","refusal":"or not","reasoning_content":"hm","provider":"gated",
              "annotations":[{"type":"url_citation","url_citation":{"url":"https://example.org/","title":"A page","start_index":0,"end_index":1}}],
              "tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"look","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]},
             {"role":"tool","tool_call_id":"c1","content":"sunny"},
             {"role":"user","content":"thanks"}]
            """);
        Assert.True(submitted.IsDone, submitted.Refusal?.ToString());
        var asked = await harness.Model.Calls.NextAsync();
        asked.Finish("ok");

        Assert.Equal("I cannot help.", asked.Messages[1].Text);
        var answer = asked.Messages[2];
        Assert.Equal("Look:or not", answer.Text);
        Assert.Equal(("hm", "reasoning_content"), (Assert.Single(answer.Contents.OfType<TextReasoningContent>()).Text, answer.Contents.OfType<TextReasoningContent>().Single().AdditionalProperties!["actant.field"]));
        var read = MessageReader.Read(JsonElement.Parse("""{"role":"assistant","content":"x","annotations":[{"type":"url_citation","url_citation":{"url":"https://example.org/","title":"A page"}}]}"""));
        Assert.Equal("citation", Assert.Single(read.Parts!).GetProperty("type").GetString());
    }

    [Fact]
    public void Read_WhatAnOlderReleaseStored_NeverFails()
    {
        foreach (var stored in new[]
        {
            "7", "null", "{}", """{"role":7}""", """{"role":"user","content":[null,7,{"type":"image_url","image_url":{"url":"cat.png"}},{"text":"x"}]}""",
            """{"role":"assistant","tool_calls":[null,{},{"id":"c","name":"x","arguments":{"a":1,"a":2}}]}""", """{"role":"tool","tool_call_id":null,"content":"x"}""",
        })
        {
            var message = MessageReader.Read(JsonElement.Parse(stored));

            Assert.NotNull(message.Text);
        }

        Assert.Single(MessageReader.Read(JsonElement.Parse("""{"role":"assistant","tool_calls":[null,{"id":"c","name":"x","arguments":{}}]}""")).ToolCalls!);
    }

    private static async Task RefusedAsync(string messages, string path)
    {
        await using var harness = await EngineHarness.StartAsync();

        var reply = await SubmitAsync(harness, messages);

        Assert.Equal(("invalid_input", path), (reply.Refusal?.Code, Assert.Single(reply.Refusal!.Errors!).Path));
        Assert.Equal(0, harness.Model.Calls.Count);
    }

    private static async Task<Reply<ExecutionRecord>> SubmitAsync(EngineHarness harness, string messages) => await harness.Client.SubmitAsync(
        new SubmitRequest { Definition = EngineHarness.Define(TestAgents.Talker), Input = JsonElement.Parse($$"""{"messages":{{messages}}}""") }, Token);
}
