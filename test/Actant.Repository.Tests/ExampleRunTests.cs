using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.InMemory;
using Actant.LanguageModels;
using Actant.Tools;

namespace Actant.Repository.Tests;

/// <summary>The examples do what their pages say.</summary>
public sealed class ExampleRunTests
{
    [Theory]
    [InlineData("01-math-assistant", "What is 15 + 27?", "15 + 27 = 42.")]
    [InlineData("02-specialists", "What is 12 * 30?", "Both have answered. The sum: 12 * 30 = 360.")]
    [InlineData("03-router-and-join", "What is 6 * 7?", "6 * 7 = 42.")]
    [InlineData("03-router-and-join", "Hello!", "No need to shout. You said: Hello!")]
    [InlineData("03-router-and-join", "Hello", "You said: Hello")]
    public async Task Example_Asked_AnswersAsItsPageSays(string example, string question, string answer)
    {
        await using var executor = new AgentExecutor(Read(example));

        var result = await executor.ExecuteAsync(question, TestContext.Current.CancellationToken);

        Assert.Null(result.Record.Failure);
        Assert.Equal(answer, result.Response);
    }

    [Fact]
    public async Task Specialists_Asked_AreAskedInOneAnswerAndAnswerInOrder()
    {
        await using var executor = new AgentExecutor(Read("02-specialists"));

        var result = await executor.ExecuteAsync("What is 12 * 30?", TestContext.Current.CancellationToken);

        var demand = Assert.Single(result.Messages, message => message.ToolCalls is { Count: > 0 });
        Assert.Equal(["delegate_to_wording", "delegate_to_math"], demand.ToolCalls!.Select(call => call.Name));
    }

    [Theory]
    [InlineData(0, ExecutionStatus.Completed)]
    [InlineData(2, ExecutionStatus.Completed)]
    [InlineData(3, ExecutionStatus.Failed)]
    public async Task ReviewLoop_SentBackSoOften_EndsByItsLimit(int sentBack, ExecutionStatus end)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var store = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        await using var engine = new ActantEngine(
            store, new ToolRegistry([]), new ModelProviders([new ScriptedModelProvider(TimeProvider.System)]));
        await engine.StartAsync(stop);
        var client = engine.For(TenantId.Default);
        var submitted = await client.SubmitAsync(
            new SubmitRequest { Definition = Read("04-review-loop"), Input = JsonElement.Parse("\"the party\"") }, stop);

        var result = await client.WaitAsync(submitted.Value!.Id, stop);
        for (var i = 0; result.Record.Status == ExecutionStatus.Interrupted; i++)
        {
            Assert.StartsWith("Publish this?", Assert.Single(result.Interrupts).Prompt, StringComparison.Ordinal);
            var answer = i < sentBack ? """{"approved": false, "comment": "Make it shorter."}""" : """{"approved": true}""";
            Assert.True((await client.ResumeAsync(result.Record.Id, new ResumeRequest { Answer = JsonElement.Parse(answer) }, stop)).IsDone);
            result = await client.WaitAsync(result.Record.Id, stop);
        }

        Assert.Equal(end, result.Record.Status);
        Assert.Equal(end == ExecutionStatus.Failed ? "cycle_limit" : null, result.Record.Failure?.Code);
    }

    private static AgentDefinition Read(string example) =>
        DefinitionReader.Read(File.ReadAllBytes(Path.Combine(Repository.Root, $"examples/{example}/agent.yaml")), "agent.yaml").Definition!;
}
