using System.Text.Json;
using Actant.Journaling;

namespace Actant.Tests.Journaling;

public sealed class ThreadSnapshotsTests
{
    private static readonly ExecutionId s_execution = new(Guid.CreateVersion7());
    private readonly JournalState _state = new();
    private long _position;

    [Fact]
    public void Read_OfAThreadBetweenExecutions_GivesTheSameState()
    {
        Ask();
        Apply(new ExecutionCompleted());

        AssertSame(_state, ThreadSnapshots.Read(ThreadSnapshots.Write(_state)));
    }

    [Fact]
    public void Read_OfAThreadWithACallUnderWay_GivesTheSameState()
    {
        Ask();
        Apply(new ModelAnswered
        {
            Message = Message.OfText(Roles.Assistant, "", "msg_1") with { ToolCalls = [new ToolDemand("call_1", "calculator", JsonElement.Parse("""{"a": 1}"""))] },
            Request = new RequestFingerprint { Base = 2, Messages = 1, Hash = "0" },
            Model = "scripted",
            ModelSource = "scripted",
        });

        var read = ThreadSnapshots.Read(ThreadSnapshots.Write(_state));

        AssertSame(_state, read);
        Assert.False(Assert.Single(read.Root.Activations["agent"].Calls).IsFinished);
    }

    [Fact]
    public void Read_OfAFinishedCallWithoutOutput_GivesTheSameState()
    {
        Ask();
        Apply(new ToolFinished { CallId = "call_1", Tool = "calculator", Failure = new Failure { Code = "tool_failed", Message = "No." } });
        Apply(new Interrupted { Interrupt = new Interrupt { Id = "int_1", Prompt = "Go on?", Reason = InterruptReasons.Stopped } });

        AssertSame(_state, ThreadSnapshots.Read(ThreadSnapshots.Write(_state)));
    }

    private void Ask()
    {
        Apply(new InputReceived { Input = JsonElement.Parse("\"1 + 1?\"") });
        Apply(new ExecutionStarted { Agent = "a", Definition = "0", Behaviour = 1 });
    }

    private void Apply(EntryPayload payload) => _state.Apply(new Entry
    {
        Id = Guid.CreateVersion7(),
        Position = ++_position,
        Execution = s_execution,
        Activation = "agent",
        At = DateTimeOffset.UnixEpoch,
        Payload = payload,
    });

    private static void AssertSame(JournalState expected, JournalState actual)
    {
        Assert.Equal(expected.Position, actual.Position);
        Assert.Equal(expected.Execution?.Id, actual.Execution?.Id);
        Assert.Equal(expected.Root.Messages.Select(message => message.Message.Text), actual.Root.Messages.Select(message => message.Message.Text));
        Assert.Equal(ThreadSnapshots.Write(expected), ThreadSnapshots.Write(actual));
    }
}
