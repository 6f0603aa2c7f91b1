using System.Text;
using System.Text.Json;
using Actant.Access;
using Actant.Agents;
using Actant.Api;
using Actant.Events;
using Actant.Testing.Executions;

namespace Actant.Tests.Api;

/// <summary>Executions, asked as any way in asks: commands in, views or refusals out.</summary>
[Trait("Row", "I10")]
public sealed class ExecutionOperationsTests
{
    private const string Echo = """{"definition": {"name": "echo", "nodes": [{"name": "main", "type": "prompt", "template": "{{ input }}"}]}, "input": "hello"}""";
    private const string Asker = """{"definition": {"name": "asker", "nodes": [{"name": "a", "type": "human", "prompt": "A?"}]}, "input": "x"}""";

    private static readonly Caller s_runner = new(new TenantId("one"), Role.Runner, KeyId: "k");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submit_ThenGet_ShowsWhoAskedAndTheEnd()
    {
        await using var harness = await EngineHarness.StartAsync();
        var operations = OperationsOf(harness);

        var accepted = (await operations.SubmitAsync(s_runner, Submit(Echo), Token)).Value!;
        await EndAsync(harness, accepted);
        var view = (await operations.GetAsync(s_runner, new ExecutionCommand(accepted.ExecutionId.ToString()), Token)).Value!;

        Assert.Equal((ExecutionStatus.Completed, "hello"), (view.Status, view.Response));
        Assert.Equal(("k", "runner"), (view.Principal!.KeyId, view.Principal.Role));
        Assert.NotNull(view.Version);
        Assert.Equal("execution_not_found", (await operations.GetAsync(Caller.Machine, new ExecutionCommand(accepted.ExecutionId.ToString()), Token)).Refusal?.Code);
    }

    [Fact]
    public async Task Submit_SameKey_IsReplayed()
    {
        await using var harness = await EngineHarness.StartAsync();
        var operations = OperationsOf(harness);

        var first = await operations.SubmitAsync(s_runner, Submit(Echo) with { IdempotencyKey = "key" }, Token);
        var second = await operations.SubmitAsync(s_runner, Submit(Echo) with { IdempotencyKey = "key" }, Token);

        Assert.Equal((false, true), (first.IsReplayed, second.IsReplayed));
        Assert.Equal(first.Value!.ExecutionId, second.Value!.ExecutionId);
        Assert.Equal("idempotency_conflict", (await operations.SubmitAsync(s_runner, Submit(Asker) with { IdempotencyKey = "key" }, Token)).Refusal?.Code);
    }

    [Fact]
    public async Task Submit_FaultyDefinition_NamesThePlaceInTheCommand()
    {
        await using var harness = await EngineHarness.StartAsync();

        var refused = (await OperationsOf(harness).SubmitAsync(s_runner, Submit("""{"definition": {"name": "a", "colour": 1}, "input": "x"}"""), Token)).Refusal!;

        Assert.Equal("invalid_definition", refused.Code);
        Assert.Contains("$.definition.colour", refused.Errors!.Select(static error => error.Path));
    }

    [Fact]
    public async Task Execute_WaitIsEnded_SaysWhichExecutionGoesOn()
    {
        await using var harness = await EngineHarness.StartAsync();
        var agents = new AgentStore(harness.Node.Engine);
        var document = JsonElement.Parse("""{"name": "talker", "model": {"provider": "gated", "model_name": "any"}, "instructions": "talk"}""");
        Assert.True((await agents.CreateAsync(s_runner.Tenant, document, Token)).IsDone);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var running = new ExecutionOperations(harness.Node.Engine, agents).ExecuteAsync(s_runner, Submit("""{"agent": "talker", "input": "x"}"""), patience.Token);
        var asked = await harness.Model.Calls.NextAsync();
        await patience.CancelAsync();
        var ended = await Assert.ThrowsAsync<WaitEndedException>(() => running);
        asked.Finish("late");

        Assert.Equal(ExecutionStatus.Completed, (await harness.Node.Engine.For(s_runner.Tenant).WaitAsync(ended.Execution, Token)).Record.Status);
    }

    [Fact]
    public async Task Steer_ByMessages_IsAsByCommands()
    {
        await using var harness = await EngineHarness.StartAsync();
        var operations = OperationsOf(harness);
        var accepted = (await operations.SubmitAsync(s_runner, Submit(Asker), Token)).Value!;
        await EndAsync(harness, accepted);

        var looked = await MessageAsync("""{"type": "resume", "answer": "yes"}""", s_runner with { Role = Role.Viewer });
        var answered = await MessageAsync("""{"type": "resume", "answer": "yes"}""", s_runner);
        var result = await EndAsync(harness, accepted);
        var late = await MessageAsync("""{"type": "stop"}""", s_runner);

        Assert.Equal(("forbidden", null, "execution_ended"), (looked.Refusal?.Code, answered.Refusal?.Code, late.Refusal?.Code));
        Assert.Equal(ExecutionStatus.Completed, result.Record.Status);

        Task<Reply<AcceptedView>> MessageAsync(string text, Caller caller) =>
            SteeringMessage.Read(Encoding.UTF8.GetBytes(text), accepted.ExecutionId.ToString()).CarryOutAsync(operations, caller, Token);
    }

    [Fact]
    public async Task Follow_NoPlaceIsLeft_IsRefusedUntilOneGoes()
    {
        await using var harness = await EngineHarness.StartAsync();
        var operations = new ExecutionOperations(harness.Node.Engine, new AgentStore(harness.Node.Engine), new StreamLimits { MaxReadersPerTenant = 1 });
        var accepted = (await operations.SubmitAsync(s_runner, Submit(Echo), Token)).Value!;
        var end = (await EndAsync(harness, accepted)).Record.EndPosition!.Value;
        var command = new EventsCommand { Execution = accepted.ExecutionId.ToString() };

        using (var feed = (await operations.FollowAsync(s_runner, command, Token)).Value!)
        {
            var last = await feed.EventsAsync(Token).LastAsync(Token);

            Assert.Equal(end, last.Id.Position);
            Assert.Equal("too_many_readers", (await operations.FollowAsync(s_runner, command, Token)).Refusal?.Code);
            Assert.True((await operations.FollowAsync(s_runner, command with { After = new EventId(end, 0) }, Token)).Value!.IsOver);
        }

        using var next = (await operations.FollowAsync(s_runner, command, Token)).Value;
        Assert.NotNull(next);
    }

    private static ExecutionOperations OperationsOf(EngineHarness harness) => new(harness.Node.Engine, new AgentStore(harness.Node.Engine));

    private static SubmitCommand Submit(string body) => SubmitCommand.Read(CommandDocument.Read(Encoding.UTF8.GetBytes(body)).Value!.Fields()).Value!;

    private static Task<ExecutionResult> EndAsync(EngineHarness harness, AcceptedView accepted) =>
        harness.Node.Engine.For(s_runner.Tenant).WaitAsync(new ExecutionId(accepted.ExecutionId), Token);
}
