using System.Text.Json;
using System.Text.RegularExpressions;
using Actant.Anthropic;
using Actant.Executions;
using Actant.LanguageModels;
using Actant.OpenAI;
using Actant.Testing.Executions;
using Actant.Testing.Vendors;
using Actant.Tools;

namespace Actant.Models.Tests;

/// <summary>
/// Five agents as people write them, each with several inputs on one thread, by the scripted model and by fakes of the vendors that refuse what the
/// vendors refuse: whoever answers, the end is the same, nothing is refused, and every model is told the same.
/// </summary>
[Trait("Row", "L1")]
public sealed class FiveAgentsTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Agents");

    private static readonly Dictionary<string, (string Input, string? Decision, string Response)[]> s_stories = new()
    {
        ["research-team"] =
        [
            ("\"Why is the sky blue?\"", null, "Report: Why is the sky blue?"),
            ("\"And in the evening?\"", null, "Report: And in the evening?"),
        ],
        ["triage"] =
        [
            ("\"Please refund 12 euros\"", """{"decision": "approve"}""", "Done: 12 paid"),
            ("\"Please refund 90 euros\"", """{"decision": "reject", "message": "Too much."}""", "I may not pay."),
            ("\"Where is my parcel?\"", null, "About this: Where is my parcel?"),
            ("\"I want a refund 7, please\"", """{"decision": "edit", "arguments": {"amount": "6"}}""", "Done: 6 paid"),
        ],
        ["until-good"] =
        [
            ("\"a poem\"", null, "Draft 1 of a poem (good)"),
            ("\"a song\"", null, "Draft 4 of a song (shorter)"),
        ],
        ["report-chain"] =
        [
            (
                """
                {"messages": [
                  {"role": "assistant", "content": "Welcome."}, {"role": "user", "content": "Write about bees"}, {"role": "system", "content": "Be polite."},
                  {"role": "user", "content": " "}, {"role": "assistant", "content": ""}, {"role": "user", "content": [{"type": "text", "text": "now"}]}
                ]}
                """,
                null,
                "Checked: now"),
            ("\"\"", null, "Checked: now"),
            ("""{"topic": "wasps"}""", null, "Checked: now"),
        ],
        ["coding-assistant"] =
        [
            ("\"print hello\"", null, "It works now."),
            ("\"print it twice\"", null, "It works now."),
        ],
    };

    public static TheoryData<string, string> Matrix { get; } = new(
        from agent in s_stories.Keys
        from vendor in new[] { "scripted", "openai", "groq", "anthropic" }
        select (agent, vendor));

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Agent_WhoeverItsModelsAreOf_EndsAlikeAndToldTheSame(string agent, string vendor)
    {
        var (responses, told) = await RunAsync(agent, vendor);

        Assert.Equal(s_stories[agent].Select(static turn => turn.Response), responses);
        if (vendor != "scripted")
        {
            Assert.Equal((await RunAsync(agent, "scripted")).Told, told);
        }
    }

    private static async Task<(List<string> Responses, List<string> Told)> RunAsync(string agent, string vendor)
    {
        await using var fake = vendor switch
        {
            "openai" => new FakeOpenAI(),
            "groq" => new FakeGroq(),
            "anthropic" => (FakeVendor)new FakeAnthropic(),
            _ => null,
        };
        var models = new AgentModels(JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(s_folder, $"{agent}.models.json"))), TimeProvider.System);
        if (fake is not null)
        {
            await fake.StartAsync();
            fake.Mind = request => models.AnswerAsync(fake.Read(request.Body));
        }

        using var provider = ProviderOf(fake) as IDisposable;
        await using var harness = await EngineHarness.StartAsync(Tools(), models: [provider as IModelProvider ?? models]);
        var definition = await File.ReadAllTextAsync(Path.Combine(s_folder, $"{agent}.yaml"));
        List<string> responses = [];
        foreach (var (input, decision, _) in s_stories[agent])
        {
            responses.Add(await RunAsync(harness, definition, input, decision));
        }

        Assert.Empty(fake?.Refused ?? []);
        return (responses, [.. models.Told.Select(static told => Regex.Replace(told, "\"timestamp\":\"[^\"]+\"", "", RegexOptions.None, TimeSpan.FromSeconds(1))).Order(StringComparer.Ordinal)]);
    }

    private static async Task<string> RunAsync(EngineHarness harness, string definition, string input, string? decision)
    {
        var id = (await harness.SubmitAsync(definition, JsonElement.Parse(input), static request => request with { Thread = "t" })).Id;
        var end = await EndAsync(harness, id);
        if (decision is not null)
        {
            Assert.Equal(ExecutionStatus.Interrupted, end.Record.Status);
            Assert.True((await harness.Client.ResumeAsync(id, new ResumeRequest { Answer = JsonElement.Parse(decision) }, TestContext.Current.CancellationToken)).IsDone);
            end = await EndAsync(harness, id);
        }

        Assert.True(end.Record.Status == ExecutionStatus.Completed, $"{end.Record.Status}: {end.Record.Failure?.Message}");
        return end.Response;
    }

    // The clock moves: a child is begun by a poll.
    private static async Task<ExecutionResult> EndAsync(EngineHarness harness, ExecutionId id)
    {
        var end = harness.WaitAsync(id);
        await harness.AdvanceUntilAsync(end);
        return await end;
    }

    private static IModelProvider? ProviderOf(FakeVendor? fake)
    {
        if (fake is null)
        {
            return null;
        }

        var endpoint = new ModelEndpoint { Name = "house", Address = fake.Address, ApiKey = FakeVendor.Key, KeyVariable = "HOUSE_KEY" };
        return fake is FakeAnthropic ? new AnthropicModelProvider(endpoint, TimeProvider.System) : new OpenAIModelProvider(endpoint, TimeProvider.System);
    }

    private static Tool[] Tools() =>
    [
        FunctionTool.Create((string query) => $"12 hits for {query}", "search", "Searches.", ToolClass.Pure),
        FunctionTool.Create((string shelf) => ToolResult.Failed("shelf_closed", $"Shelf {shelf} is closed."), "read_archive", "Reads.", ToolClass.Pure),
        FunctionTool.Create((string amount) => $"{amount} paid", "pay", "Pays."),
        FunctionTool.Create((string path) => "", "read_file", $"Reads a file.", ToolClass.Pure),
        FunctionTool.Create((string path, string text) => true, "write_file", "Writes a file."),
        FunctionTool.Create((string patch) => new { failed = patch.EndsWith("v2", StringComparison.Ordinal) ? 0 : 1 }, "run_tests", "Tests.", ToolClass.Pure),
    ];
}
