using System.Text.Json;
using Actant.Journaling;

namespace Actant.Tests.Journaling;

[Trait("Row", "X6")]
public sealed class ThreadFoldTests
{
    private static readonly ExecutionId s_execution = new(new Guid("00000000-0000-0000-0000-00000000000e"));
    private readonly JournalState _state = new();

    [Theory]
    [InlineData("abc")]
    [InlineData("acb")]
    [InlineData("bac")]
    [InlineData("bca")]
    [InlineData("cab")]
    [InlineData("cba")]
    public void Apply_CallsThatFinishInAnyOrder_StandInTheOrderOfTheirAnswer(string order)
    {
        Apply(Answer("m1", "a", "b", "c"));
        foreach (var call in order)
        {
            Apply(Finished($"{call}"));
        }

        Apply(Answer("m2"));

        Assert.Equal(["m1", "a", "b", "c", "m2"], Said(_state));
    }

    [Fact]
    public void Apply_SameCallIdsInALaterAnswer_StandBehindThatAnswer()
    {
        Apply(Answer("m1", "a", "b"), Finished("b"), Finished("a"), Answer("m2", "a", "b"), Finished("b"), Finished("a"));

        Assert.Equal(["m1", "a", "b", "m2", "a", "b"], Said(_state));
    }

    [Fact]
    public void Apply_EndOfACall_ClosesTheScopesInsideIt()
    {
        Apply(Answer("m1", "a", "ab"));
        Apply(Answer("inner", "x") with { Path = "main:a" }, Answer("deep") with { Path = "main:a/main:x" }, Answer("other") with { Path = "main:ab" });
        Assert.Equal(["", "main:a", "main:a/main:x", "main:ab"], _state.Scopes.Keys.Order(StringComparer.Ordinal));

        Apply(Finished("a"));

        Assert.Equal(["", "main:ab"], _state.Scopes.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Apply_EndOfANode_ClosesTheScopesInsideIt()
    {
        Apply(Answer("one") with { Path = "graph" }, Answer("two") with { Path = "graph/inner" }, Answer("three") with { Path = "graph#2" });

        Apply(Of(new NodeFinished()) with { Activation = "graph" });

        Assert.Equal(["", "graph#2"], _state.Scopes.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Apply_EndOfTheExecution_KeepsWhatWasSaidAndWritten()
    {
        Apply(
            Of(new InputReceived { Operations = [new() { Op = StateOperationKind.Set, Key = "k", Value = JsonElement.Parse("1") }] }) with { Activation = null },
            Answer("m1", "a"),
            Answer("inner") with { Path = "main:a" },
            Of(new ExecutionCancelled()) with { Activation = null });

        Assert.Null(_state.Execution);
        Assert.Equal("", Assert.Single(_state.Scopes).Key);
        Assert.Equal(["m1"], Said(_state));
        Assert.Equal(1, _state.Root.Values["k"].GetInt32());
        Assert.Empty(_state.Root.Activations);
        Assert.False(_state.Root.HasInput);
    }

    [Fact]
    public void Apply_EndOfAnotherExecution_ChangesNothing()
    {
        Apply(Answer("m1"));

        Apply(Of(new ExecutionCancelled()) with { Execution = new ExecutionId(Guid.Empty), Activation = null });

        Assert.Equal(s_execution, _state.Execution?.Id);
    }

    [Fact]
    public void Apply_ForkThatGoesOn_GivesTheExecutionItsNewId()
    {
        var next = new ExecutionId(new Guid("00000000-0000-0000-0000-00000000000f"));
        Apply(Answer("m1", "a"));

        Apply(Of(new Forked { From = "t", Position = 1, Continues = next }) with { Activation = null });

        Assert.Equal(next, _state.Execution?.Id);
        Assert.Equal("a", Assert.Single(_state.Root.Activations["main"].Calls).Id);
    }

    [Fact]
    public void Apply_ForkThatDoesNotGoOn_ClosesTheExecution()
    {
        Apply(Answer("m1", "a"));

        Apply(Of(new Forked { From = "t", Position = 1 }) with { Activation = null });

        Assert.Null(_state.Execution);
        Assert.Equal(["m1"], Said(_state));
    }

    [Fact]
    public void Apply_StartedAttempt_IsTheOneWhoseOutcomeIsOpen()
    {
        Apply(Answer("m1", "a"));
        Apply(Of(new ToolStarted { CallId = "a", Tool = "t", Class = ToolClass.Unsafe, Arguments = JsonElement.Parse("{\"edited\":1}"), IdempotencyKey = "k" }) with { Attempt = 2 });

        var call = Assert.Single(_state.Root.Activations["main"].Calls);
        Assert.Equal((2, 0, false), (call.Attempt, call.FailedAttempts, call.IsFinished));
        Assert.Equal("{\"edited\":1}", call.Arguments.GetRawText());
    }

    private static Entry Answer(string id, params string[] calls) => Of(new ModelAnswered
    {
        Message = Message.OfText(Roles.Assistant, id, id) with { ToolCalls = [.. calls.Select(call => new ToolDemand(call, "t", JsonElement.Parse("{}")))] },
        Request = new RequestFingerprint { Base = 0, Messages = 0, Hash = "" },
        Model = "m",
        ModelSource = "m",
    });

    private static Entry Finished(string call) => Of(new ToolFinished { CallId = call, Tool = "t", Output = JsonElement.Parse("1") });

    private static Entry Of(EntryPayload payload) =>
        new() { Id = Guid.Empty, Execution = s_execution, Activation = "main", At = EntrySamples.At, Payload = payload };

    private static IEnumerable<string?> Said(JournalState state) => state.Root.Messages.Select(message => message.Message.ToolCallId ?? message.Message.Id);

    private void Apply(params IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
        {
            _state.Apply(entry with { Position = _state.Position + 1 });
        }
    }
}
