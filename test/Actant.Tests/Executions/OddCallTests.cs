using System.Text.Json;
using Actant.Journaling;
using Actant.Testing.Executions;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Executions;

/// <summary>Calls whose ids, names or arguments are none: the model hears of it, and the execution goes on to its end.</summary>
[Trait("Row", "X2")]
public sealed class OddCallTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, Dictionary<string, object?>?> Odd { get; } = new(
        ("c1", "", null),
        ("c\u0000\ud800", "work\u0000", null),
        ("", "work", null),
        ("c1", "x\udc00y", null),
        ("c/1:x#2", "work", new Dictionary<string, object?> { ["n"] = double.NaN }),
        ("c1", "work", new Dictionary<string, object?> { ["n"] = decimal.MaxValue, ["\ud800"] = "\ud800" }),
        ("c1", "\ud83d\ude00", new Dictionary<string, object?> { ["n"] = "\ud83d" }));

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Call_NoUsableNameIdOrArguments_IsToldToTheModelAndReadBack(string id, string name, Dictionary<string, object?>? arguments)
    {
        var tool = FunctionTool.Create((double n) => n, "work", "Works", ToolClass.Unsafe);
        await using var harness = await EngineHarness.StartAsync([tool]);
        harness.Model.Responds = call =>
        {
            if (call.Messages[^1].Role == ChatRole.User)
            {
                call.Give(new FunctionCallContent(id, name, arguments));
                call.Finish();
            }
            else
            {
                call.Finish("done");
            }
        };

        var result = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Worker)).Id);

        Assert.Equal((ExecutionStatus.Completed, "done"), (result.Record.Status, result.Response));
        var read = await harness.Client.GetAsync(result.Record.Id, Token);
        Assert.Equal(JsonSerializer.Serialize(result.ToolResults), JsonSerializer.Serialize(read!.ToolResults));
        Assert.NotNull(Assert.Single(read.ToolResults).Failure);
        Assert.Equal(Assert.Single(read.ToolResults).ToolName, Assert.Single(result.ToolResults).ToolName, StringComparer.Ordinal);
        var entries = await harness.Client.GetHistoryAsync(result.Record.Thread.Thread, 1, 100, Token);
        Assert.DoesNotContain(entries, static entry => entry.Payload is UnknownPayload);
        Assert.Matches("^call_[0-9a-f]{24}$", Assert.Single(entries.Select(static entry => entry.Payload).OfType<ModelAnswered>().SelectMany(static answer => answer.Message.ToolCalls ?? [])).Id);
    }
}
