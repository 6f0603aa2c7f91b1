using System.Text;
using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X2")]
public sealed class StateUpdateTests
{
    private const string Asks = """
        name: asks
        state: {count: {schema: {type: integer}}, seen: {reducer: append}}
        nodes:
          - {name: ask, type: human, prompt: Go on?}
          - {name: end, type: prompt, template: "{{ state.profile.name }} {{ state.count }} {{ size(state.messages) }}"}
        edges: [{from: ask, to: end}]
        """;

    private static readonly Principal s_bob = new() { KeyId = "k-bob", Role = "runner" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UpdateStateAsync_IdleThread_IsDoneAndOnRecord()
    {
        await using var harness = await EngineHarness.StartAsync();
        var thread = await TalkAsync(harness);

        var state = await UpdateAsync(
            harness,
            thread,
            Set("profile", """{"name": "Ada", "tags": {"a": 1, "b": 2}}"""),
            Patch("profile", """{"tags": {"a": null, "c": 3}, "city": "London"}"""),
            Append("list", """[{"id": "x", "n": 1}, {"id": "y"}]"""),
            Patch("list", """{"n": 2}""", "x"),
            new StateOperation { Op = StateOperationKind.Remove, Key = "list", Id = "y" });

        Assert.Equal("""{"name":"Ada","tags":{"b":2,"c":3},"city":"London"}""", state.Values["profile"].GetRawText());
        Assert.Equal("""[{"id":"x","n":2}]""", state.Values["list"].GetRawText());
        var entry = (await harness.Client.GetHistoryAsync(thread, 1, 100, Token))[^1];
        Assert.Null(entry.Execution);
        Assert.Equal(s_bob, Assert.IsType<StateUpdated>(entry.Payload).Principal);
    }

    [Fact]
    public async Task UpdateStateAsync_WhileAPersonIsAsked_IsSeenByWhatFollows()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(Asks);
        await harness.WaitAsync(record.Id);

        await UpdateAsync(harness, record.Thread.Thread, Set("profile", """{"name": "Ada"}"""), Set("count", "7"), Append("messages", """[{"role": "user", "content": "and this"}]"""));
        await harness.Client.ResumeAsync(record.Id, new ResumeRequest { Answer = JsonElement.Parse("true") }, Token);

        Assert.Equal("Ada 7 2", (await harness.WaitAsync(record.Id)).Response);
    }

    [Theory]
    [InlineData("count", "\"seven\"", "invalid_state_value")]
    [InlineData("messages", """[{"role": "user", "content": "rewritten"}]""", "thread_busy")]
    public async Task UpdateStateAsync_DoesNotFitTheOpenExecution_ChangesNothingAndSaysWhy(string key, string value, string code)
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(Asks);
        await harness.WaitAsync(record.Id);

        var state = await UpdateAsync(harness, record.Thread.Thread, Set("profile", """{"name": "Ada"}"""), Set(key, value));

        Assert.False(state.Values.ContainsKey("profile"));
        Assert.Equal("go", Assert.Single(state.Messages).Text);
        var refused = Assert.IsType<StateUpdated>((await harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 100, Token))[^1].Payload);
        Assert.Equal((code, 0, s_bob), (refused.Failure!.Code, refused.Operations.Count, refused.Principal));
        Assert.Equal(ExecutionStatus.Interrupted, (await harness.Client.GetRecordAsync(record.Id, Token))!.Status);
    }

    [Theory]
    [InlineData("replace", "messages", """{"role": "user", "content": "x"}""", "unknown", "$.operations[1].id: The conversation has no message `unknown`.")]
    [InlineData("replace", "list", "1", "unknown", "$.operations[1].id: `list` has no item `unknown`.")]
    [InlineData("patch", "list", "{}", "unknown", "$.operations[1].id: `list` has no item `unknown`.")]
    [InlineData("patch", "number", "{}", "x", "$.operations[1].id: `number` has no item `x`.")]
    [InlineData("append", "number", "[1]", null, "$.operations[1].key: `number` is no list: nothing can be appended to it. Set it anew.")]
    [InlineData("append", "profile", "[1]", null, "$.operations[1].key: `profile` is no list: nothing can be appended to it. Set it anew.")]
    public async Task UpdateStateAsync_DoesNotFitTheState_ChangesNothingAndSaysWhere(string op, string key, string value, string? id, string message)
    {
        await using var harness = await EngineHarness.StartAsync();
        var thread = await TalkAsync(harness);
        await UpdateAsync(harness, thread, Set("number", "7"), Set("list", """[{"id": "x"}]"""));

        var state = await UpdateAsync(
            harness, thread, Set("profile", "{}"), new StateOperation { Op = Enum.Parse<StateOperationKind>(op, ignoreCase: true), Key = key, Value = JsonElement.Parse(value), Id = id });

        Assert.Equal("7", state.Values["number"].GetRawText());
        Assert.False(state.Values.ContainsKey("profile"));
        var failure = Assert.IsType<StateUpdated>((await harness.Client.GetHistoryAsync(thread, 1, 100, Token))[^1].Payload).Failure!;
        Assert.Equal(("invalid_state_value", message), (failure.Code, failure.Message));
    }

    [Fact]
    public async Task UpdateStateAsync_RemoveOfWhatIsNotThere_IsNoFault()
    {
        await using var harness = await EngineHarness.StartAsync();
        var thread = await TalkAsync(harness);

        var state = await UpdateAsync(harness, thread, new StateOperation { Op = StateOperationKind.Remove, Key = "messages", Id = "unknown" }, Append("fresh", "[1]"));

        Assert.Equal("[1]", state.Values["fresh"].GetRawText());
    }

    [Fact]
    public async Task UpdateStateAsync_StateWouldBeTooLarge_ChangesNothing()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(Asks + "\nlimits: {max_state_bytes: 65536}\n");
        await harness.WaitAsync(record.Id);

        var state = await UpdateAsync(harness, record.Thread.Thread, Set("note", $"\"{new string('x', 70_000)}\""));

        Assert.Empty(state.Values);
        var refused = Assert.IsType<StateUpdated>((await harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 100, Token))[^1].Payload);
        Assert.Equal("state_too_large", refused.Failure!.Code);
    }

    [Fact]
    public async Task UpdateStateAsync_ConversationIsRewritten_TheNextTurnIsAskedWithIt()
    {
        await using var harness = await EngineHarness.StartAsync();
        var thread = await TalkAsync(harness);
        await TalkAsync(harness, thread);

        await UpdateAsync(harness, thread, Set("messages", """[{"id": "m1", "role": "user", "content": "only this"}]"""));
        var record = await harness.SubmitAsync(TestAgents.Talker, "next", request => request with { Thread = thread });
        var call = await harness.Model.Calls.NextAsync();

        Assert.Equal(["only this", "next"], call.Messages.Select(message => message.Text));
        call.Finish("done");
        await harness.WaitAsync(record.Id);
    }

    [Fact]
    [Trait("Row", "X10")]
    public async Task UpdateStateAsync_SameKeyTwice_IsDoneOnce()
    {
        await using var harness = await EngineHarness.StartAsync();
        var thread = await TalkAsync(harness);
        var request = new StateUpdateRequest { Operations = [Append("list", "[1]")], IdempotencyKey = new string('k', 255) };

        var done = DoneAsync(harness);
        Assert.False((await harness.Client.UpdateStateAsync(thread, request, Token)).IsReplayed);
        await done;
        Assert.True((await harness.Client.UpdateStateAsync(thread, request, Token)).IsReplayed);
        var other = await harness.Client.UpdateStateAsync(thread, request with { Operations = [Append("list", "[2]")] }, Token);
        var state = await UpdateAsync(harness, thread, Append("list", "[3]"));

        Assert.Equal("idempotency_conflict", other.Refusal!.Code);
        Assert.Equal("[1,3]", state.Values["list"].GetRawText());
    }

    [Fact]
    public async Task UpdateStateAsync_NoSuchThread_IsRefused()
    {
        await using var harness = await EngineHarness.StartAsync();

        foreach (var thread in new[] { "nobody", "", "a\0b", new string('x', 300) })
        {
            Assert.Equal("thread_not_found", (await harness.Client.UpdateStateAsync(thread, new StateUpdateRequest { Operations = [Set("a", "1")] }, Token)).Refusal!.Code);
        }
    }

    [Theory]
    [InlineData("""{"op": "set", "key": ""}""", "key")]
    [InlineData("""{"op": "set", "key": "a"}""", "value")]
    [InlineData("""{"op": "set", "key": "a", "value": 1, "id": "x"}""", "id")]
    [InlineData("""{"op": "set", "key": "a", "value": "\ud83d"}""", "value")]
    [InlineData("""{"op": "append", "key": "a", "value": 1}""", "value")]
    [InlineData("""{"op": "replace", "key": "a", "value": 1}""", "id")]
    [InlineData("""{"op": "remove", "key": "a", "value": 1}""", "value")]
    [InlineData("""{"op": "remove", "key": "a", "id": ""}""", "id")]
    [InlineData("""{"op": "patch", "key": "a"}""", "value")]
    [InlineData("""{"op": "patch", "key": "messages", "value": {}}""", "op")]
    [InlineData("""{"op": "set", "key": "messages", "value": "hello"}""", "value")]
    [InlineData("""{"op": "append", "key": "messages", "value": [{"role": "king", "content": "x"}]}""", "value")]
    [InlineData("""{"op": "replace", "key": "messages", "id": "m", "value": {"role": "user"}}""", "value")]
    [InlineData("""{"op": "set", "key": "a", "value": 1, "where": "here"}""", "op")]
    public async Task UpdateStateAsync_OperationThatCannotBe_IsRefusedWithItsPath(string operation, string field)
    {
        await using var harness = await EngineHarness.StartAsync();
        var thread = await TalkAsync(harness);
        var read = JsonSerializer.Deserialize(operation, JournalJson.Default.StateOperation)!;

        var reply = await harness.Client.UpdateStateAsync(thread, new StateUpdateRequest { Operations = [Set("fine", "1"), read] }, Token);

        Assert.Equal("invalid_input", reply.Refusal!.Code);
        Assert.Equal($"$.operations[1].{field}", Assert.Single(reply.Refusal.Errors!).Path);
    }

    [Theory]
    [InlineData(JsonLimits.MaxDepth, null)]
    [InlineData(JsonLimits.MaxDepth + 1, "$.operations[0].value")]
    public async Task UpdateStateAsync_DeepValue_IsTakenUpToTheLimit(int depth, string? path)
    {
        await using var harness = await EngineHarness.StartAsync();
        var thread = await TalkAsync(harness);
        var value = JsonElement.Parse(new string('[', depth) + new string(']', depth), JsonLimits.Decoding);
        var operation = new StateOperation { Op = StateOperationKind.Set, Key = "deep", Value = value };

        var reply = await harness.Client.UpdateStateAsync(thread, new StateUpdateRequest { Operations = [operation] }, Token);

        Assert.Equal(path, reply.Refusal?.Errors?.Single().Path);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task UpdateStateAsync_TooFewOrTooMany_IsRefused(int count)
    {
        await using var harness = await EngineHarness.StartAsync();
        var thread = await TalkAsync(harness);

        var reply = await harness.Client.UpdateStateAsync(thread, new StateUpdateRequest { Operations = [.. Enumerable.Repeat(Set("a", "1"), count)] }, Token);

        Assert.Equal("$.operations", Assert.Single(reply.Refusal!.Errors!).Path);
    }

    private static StateOperation Set(string key, string value) => new() { Op = StateOperationKind.Set, Key = key, Value = JsonElement.Parse(value) };

    private static StateOperation Append(string key, string value) => new() { Op = StateOperationKind.Append, Key = key, Value = JsonElement.Parse(value) };

    private static StateOperation Patch(string key, string value, string? id = null) =>
        new() { Op = StateOperationKind.Patch, Key = key, Value = JsonElement.Parse(value), Id = id };

    private static async Task<string> TalkAsync(EngineHarness harness, string? thread = null)
    {
        var record = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Thread = thread });
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        await harness.WaitAsync(record.Id);
        return record.Thread.Thread;
    }

    /// <summary>The state when the change is done.</summary>
    private static async Task<ThreadView> UpdateAsync(EngineHarness harness, string thread, params StateOperation[] operations)
    {
        var done = DoneAsync(harness);
        var reply = await harness.Client.As(s_bob).UpdateStateAsync(thread, new StateUpdateRequest { Operations = operations }, Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        await done;
        return (await harness.Client.GetStateAsync(thread, null, Token))!;
    }

    private static Task<AppendRequest> DoneAsync(EngineHarness harness) => harness.Node.Store.Appends.NextAsync(append =>
        append.Entries.Any(entry => Encoding.UTF8.GetString(entry.Body.Span).Contains("\"state_updated\"", StringComparison.Ordinal)));
}
