using Actant.Events;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>Who looks at a thread while its model takes its time sees the question first.</summary>
[Trait("Row", "I10")]
[Trait("Row", "X2")]
public sealed class LookingOnTests
{
    private const string Talker = "name: talker\nmodel: {provider: gated, model_name: any}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task State_WhileTheFirstModelThinks_HasTheQuestion()
    {
        await using var harness = await EngineHarness.StartAsync();
        await harness.SubmitAsync(Talker, "Why?", static request => request with { Thread = "t" });
        var call = await harness.Model.Calls.NextAsync();

        await harness.AdvanceUntilAsync(SawAsync(harness), TimeSpan.FromSeconds(1));

        call.Finish("Because.");
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("async")]
    public async Task Events_DeltaBeforeTheFirstCommit_ComesBehindTheQuestion(string durability)
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync($"{Talker}\ndurability: {durability}", "Why?")).Id;
        var call = await harness.Model.Calls.NextAsync();
        call.Say("Be");
        var reading = ReadAsync(harness, id, out var shown);
        await shown;

        call.Finish("cause.");
        var kinds = await reading;

        Assert.True(kinds.IndexOf("input_received") < kinds.IndexOf("delta"), string.Join(' ', kinds));
        Assert.True(kinds.IndexOf("execution_started") < kinds.IndexOf("delta"), string.Join(' ', kinds));
        Assert.True(kinds.IndexOf("delta") < kinds.IndexOf("model_answered"), string.Join(' ', kinds));
    }

    [Fact]
    public async Task Events_SecondAnswer_ComesBehindTheResultThatItIsMadeOf()
    {
        var look = new GatedTool("look", ToolClass.Pure) { Responds = static call => call.Succeed("seen") };
        await using var harness = await EngineHarness.StartAsync([look]);
        var id = (await harness.SubmitAsync($"{Talker}\ntools: [look]", "Why?")).Id;
        var reading = ReadAsync(harness, id, out var shown);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("a", "look");
        var second = await harness.Model.Calls.NextAsync();
        second.Say("So.");
        await shown;
        second.Finish();
        var kinds = await reading;

        Assert.True(kinds.IndexOf("tool_finished") < kinds.IndexOf("delta"), string.Join(' ', kinds));
    }

    /// <summary>The kinds of all events, <c>delta</c> for what is not stored; and when the first of those was shown.</summary>
    private static Task<List<string>> ReadAsync(EngineHarness harness, ExecutionId id, out Task shown)
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shown = first.Task.WaitAsync(EngineHarness.Patience, Token);
        return KindsAsync();

        async Task<List<string>> KindsAsync()
        {
            var kinds = new List<string>();
            await foreach (var item in harness.Client.EventsAsync(id, null, Token))
            {
                kinds.Add(item is StreamEvent.Stored stored ? stored.Entry.Payload.Kind : "delta");
                if (kinds[^1] == "delta")
                {
                    first.TrySetResult();
                }
            }

            return kinds;
        }
    }

    private static async Task SawAsync(EngineHarness harness)
    {
        while ((await harness.Client.GetStateAsync("t", null, Token))?.Messages is not [{ Text: "Why?" }])
        {
            await Task.Delay(10, Token);
        }
    }
}
