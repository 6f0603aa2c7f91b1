using System.Text.Json;
using Actant.Definitions;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Loops;
using Actant.Nodes;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Loops;

/// <summary>What follows for a call, told by the state alone.</summary>
public sealed class CallPolicyTests
{
    private static readonly ExecutionId s_id = new(new Guid("0198c0de-0000-7000-8000-000000000001"));

    private static readonly Activation s_activation = new(
        new GraphNode { Index = 0, Definition = new NodeDefinition { Name = "pay", Type = NodeType.Agent, Tools = ["pay"], OnError = new ErrorPolicy { MaxAttempts = 2 } } }, []);

    [Fact]
    public void Of_CallOfNoTool_FailsUnderTheNameThatWasDemanded()
    {
        var verdict = Of(New(), tool: null);

        Assert.Equal((CallVerdict.Move.Finish, "pay", ToolErrors.NotFound), (verdict.Next, verdict.Tool, verdict.Result!.Failure!.Code));
    }

    [Fact]
    public void Of_CallThatIsNotPermitted_Fails()
    {
        var verdict = Of(New(), Bind(), new SecurityContext { Permissions = ["tool:other"] });

        Assert.Equal((CallVerdict.Move.Finish, ToolErrors.NotPermitted), (verdict.Next, verdict.Result!.Failure!.Code));
    }

    [Theory]
    [InlineData(ToolClass.Pure, CallVerdict.Move.Filter)]
    [InlineData(ToolClass.Idempotent, CallVerdict.Move.Filter)]
    [InlineData(ToolClass.Unsafe, CallVerdict.Move.Ask)]
    public void Of_CallWhoseEndIsUnknown_IsMadeAgainOnlyWhereThatDoesNoHarm(ToolClass toolClass, object next) =>
        Assert.Equal(next, Of(Begun(), Bind(toolClass)).Next);

    [Fact]
    public void Of_UnsafeCallThatIsKnownNotToHaveHappened_IsMade() =>
        Assert.Equal(CallVerdict.Move.Filter, Of(Begun(settled: 1), Bind()).Next);

    [Theory]
    [InlineData(0, CallVerdict.Move.Make)]
    [InlineData(1, CallVerdict.Move.Make)]
    [InlineData(2, CallVerdict.Move.Finish)]
    public void OfUnknown_PolicyRetries_AsOftenAsTheNodeAllows(int failed, object next) =>
        Assert.Equal(next, Unknown(UnknownOutcomePolicy.Retry, failed: failed).Next);

    [Fact]
    public void OfUnknown_PolicyFails_FailsWithoutAPerson()
    {
        var verdict = Unknown(UnknownOutcomePolicy.Fail);

        Assert.Equal((CallVerdict.Move.Finish, false, ToolErrors.OutcomeUnknown), (verdict.Next, verdict.ByPerson, verdict.Result!.Failure!.Code));
    }

    [Fact]
    public void OfUnknown_NobodyWasAsked_AsksAboutThisAttempt()
    {
        var verdict = Unknown();

        Assert.Equal((CallVerdict.Move.Ask, 1, "call_1"), (verdict.Next, verdict.Attempt, verdict.Question!.CallId));
    }

    [Fact]
    public void OfUnknown_SomebodyIsAsked_Waits() => Assert.Equal(CallVerdict.Move.Wait, Unknown(asked: Question()).Next);

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 1)]
    public void OfUnknown_QuestionOfAnotherAttemptOrTurn_SaysNothing(int attempt, int turn) =>
        Assert.Equal(CallVerdict.Move.Ask, Unknown(asked: Question("""{"decision":"retry"}""", attempt, turn)).Next);

    [Fact]
    public void OfUnknown_PersonLetsItBeMadeAgain_IsMadeUnlessItsScopeIsClosing()
    {
        var asked = Question("""{"decision":"retry"}""");

        Assert.Equal(CallVerdict.Move.Make, Unknown(asked: asked).Next);
        Assert.Equal((CallVerdict.Move.Finish, true), (Unknown(asked: asked, isClosing: true) is var closing ? closing.Next : default, closing.ByPerson));
    }

    [Fact]
    public void OfUnknown_PersonKnowsTheResult_FinishesWithIt()
    {
        var verdict = Unknown(asked: Question("""{"decision":"happened","result":"paid"}"""));

        Assert.Equal((CallVerdict.Move.Finish, true, "paid"), (verdict.Next, verdict.ByPerson, verdict.Result!.Output!.Value.GetString()));
    }

    [Fact]
    public void OfUnknown_PersonAcceptsWhatWasHandedIn_FinishesAsItEnded()
    {
        var report = new CallReport { Output = JsonElement.Parse("7"), DurationMs = 42 };

        var verdict = Unknown(asked: Question("""{"decision":"accept"}""", proposal: report));

        Assert.Equal((CallVerdict.Move.Finish, 42L, 1, 7), (verdict.Next, verdict.DurationMs, verdict.Attempt, verdict.Result!.Output!.Value.GetInt32()));
    }

    [Fact]
    public void OfFiltered_ToolThatNeedsApproval_AsksWithTheArgumentsThatAreLeft()
    {
        var verdict = Filtered(New(), Bind(requiresApproval: true));

        Assert.Equal((CallVerdict.Move.Ask, """{"to":"filtered"}"""), (verdict.Next, verdict.Question!.Arguments!.Value.GetRawText()));
    }

    [Fact]
    public void OfFiltered_ToolThatNeedsNoApprovalOrHasBegun_IsMade()
    {
        Assert.Equal(CallVerdict.Move.Make, Filtered(New(), Bind()).Next);
        Assert.Equal(CallVerdict.Move.Make, Filtered(Begun(settled: 1), Bind(requiresApproval: true)).Next);
    }

    [Theory]
    [InlineData("""{"decision":"approve"}""", CallVerdict.Move.Make)]
    [InlineData("""{"decision":"edit","arguments":{}}""", CallVerdict.Move.Make)]
    [InlineData("""{"decision":"respond","result":1}""", CallVerdict.Move.Finish)]
    [InlineData("""{"decision":"reject"}""", CallVerdict.Move.Finish)]
    [InlineData("7", CallVerdict.Move.Finish)]
    public void OfFiltered_Answered_DoesWhatThePersonSays(string answer, object next)
    {
        var verdict = Filtered(New(), Bind(requiresApproval: true), Question(answer, attempt: 1, reason: InterruptReasons.ToolApproval));

        Assert.Equal((next, verdict.Next == CallVerdict.Move.Finish), (verdict.Next, verdict.ByPerson));
    }

    private static CallState New() => new() { Id = "call_1", Tool = "pay", Arguments = JsonElement.Parse("{}") };

    private static CallState Begun(int settled = 0, int failed = 0)
    {
        var call = New();
        (call.Attempt, call.SettledAttempt, call.FailedAttempts) = (1, settled, failed);
        return call;
    }

    private static BoundTool Bind(ToolClass toolClass = ToolClass.Unsafe, UnknownOutcomePolicy policy = UnknownOutcomePolicy.Ask, bool requiresApproval = false)
    {
        var definition = new ToolDefinition { Name = "pay", Type = "code", OnUnknownOutcome = policy, RequiresApproval = requiresApproval };
        Assert.True(new ToolRegistry([new GatedTool("pay", toolClass)]).TryBind(definition, out var tool, out _));
        return tool;
    }

    private static InterruptState Question(
        string? answer = null, int attempt = 1, int turn = 0, string reason = InterruptReasons.ToolOutcomeUnknown, CallReport? proposal = null) => new()
        {
            Interrupt = new Interrupt { Id = "int_1", Reason = reason, Prompt = "?", CallId = "call_1", Proposal = proposal },
            Path = "",
            Activation = "pay",
            Attempt = attempt,
            Turn = turn,
            At = DateTimeOffset.UnixEpoch,
            IsAnswered = answer is not null,
            Answer = answer is null ? default : JsonElement.Parse(answer),
        };

    private static ActivationView View(InterruptState? asked = null, SecurityContext? security = null, bool isClosing = false)
    {
        var execution = new ExecutionState { Id = s_id, Security = security };
        if (asked is not null)
        {
            execution.Interrupts.Add(asked);
        }

        if (isClosing)
        {
            execution.Closings = [new ClosingScope("", null, new Failure { Code = "failed", Message = "It failed." })];
        }

        return new ActivationView(new JournalState { Execution = execution }, "", "pay", readsMessages: false) { Now = default };
    }

    private static CallVerdict Of(CallState call, BoundTool? tool, SecurityContext? security = null) =>
        CallPolicy.Of(new PlannedCall(call, tool, null), View(security: security), s_activation, isEntered: false);

    private static CallVerdict Unknown(UnknownOutcomePolicy policy = UnknownOutcomePolicy.Ask, int failed = 0, InterruptState? asked = null, bool isClosing = false) =>
        CallPolicy.OfUnknown(Begun(failed: failed), Bind(policy: policy), View(asked, isClosing: isClosing), s_activation);

    private static CallVerdict Filtered(CallState call, BoundTool tool, InterruptState? asked = null) =>
        CallPolicy.OfFiltered(new PlannedCall(call, tool, null), View(asked), JsonElement.Parse("""{"to":"filtered"}"""));
}
