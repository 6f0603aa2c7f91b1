using System.Text.Json;

namespace Actant.Acceptance;

/// <summary><c>executions follow</c> beside people who answer.</summary>
[Trait("Row", "O10")]
public sealed class FollowTests
{
    private const string Asking = """
        name: asking
        nodes:
          - {name: first, type: human, prompt: "Sure?"}
          - {name: second, type: human, prompt: "Really?"}
          - {name: say, type: prompt, template: "Good."}
        edges:
          - {from: first, to: second}
          - {from: second, to: say}
        """;

    private const string Both = """
        name: both
        nodes:
          - {name: left, type: human, prompt: "Left?"}
          - {name: right, type: human, prompt: "Right?"}
        """;

    [Fact]
    public async Task Follow_QuestionsThatAreAnswered_GoesOnToWhatIsOpenAndToTheEnd()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        await using var server = await ActantProcess.ServeAsync(data);
        var id = await SubmitAsync(data, folder.Write("asking.yaml", Asking), "asking");

        var first = await FollowAsync(data, id);
        Assert.Equal(3, first.Code);
        Assert.Contains($"actant executions resume {id} ANSWER --data {data}", first.Error, StringComparison.Ordinal);
        Assert.Contains("Sure?", first.Error, StringComparison.Ordinal);
        await AnswerAsync(data, id);

        var second = await FollowAsync(data, id);
        Assert.Equal(3, second.Code);
        Assert.Contains("resumed", second.Output, StringComparison.Ordinal);
        Assert.Contains("Really?", second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Sure?", second.Error, StringComparison.Ordinal);
        await AnswerAsync(data, id);

        // While it runs, or after its end: the same.
        for (var times = 0; times < 2; times++)
        {
            var third = await FollowAsync(data, id);
            Assert.Equal((0, ""), (third.Code, third.Error));
            Assert.Equal(["interrupted", "resumed", "interrupted", "resumed", "execution_completed"], Kinds(third.Output));
        }

        var json = await FollowAsync(data, id, "--json");
        Assert.All(json.Output.TrimEnd().Split('\n'), static line => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(line).ValueKind));
    }

    [Fact]
    public async Task Follow_SeveralQuestions_NamesEachAndOneIsAnsweredByItsId()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        await using var server = await ActantProcess.ServeAsync(data);
        var id = await SubmitAsync(data, folder.Write("both.yaml", Both), "both");

        foreach (var prompt in new[] { "Left?", "Right?" })
        {
            var followed = await FollowAsync(data, id);
            Assert.Equal(3, followed.Code);
            Assert.Contains(prompt, followed.Error, StringComparison.Ordinal);
            var question = followed.Error.Split('\n').First(line => line.EndsWith(prompt, StringComparison.Ordinal)).Trim().Split(':')[0];
            Assert.Equal(0, (await ActantProcess.RunAsync(["executions", "resume", id, "{\"approved\": true}", "--question", question, "--data", data])).Code);
        }

        Assert.Equal(0, (await FollowAsync(data, id)).Code);
    }

    /// <summary>Its parent runs on: what a child asks is said with the child's id while it is followed, also by a grandchild.</summary>
    [Theory]
    [InlineData("graph: {nodes: [{name: first, type: human, prompt: \"Inside?\"}]}")]
    [InlineData("graph: {nodes: [{name: deeper, type: graph, spawn: true, graph: {nodes: [{name: first, type: human, prompt: \"Inside?\"}]}}]}")]
    public async Task Follow_ChildAsks_SaysSoAndGoesOnWhenItIsAnswered(string graph)
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        await using var server = await ActantProcess.ServeAsync(data);
        var id = await SubmitAsync(data, folder.Write("parent.yaml", $"name: parent\nnodes: [{{name: inner, type: graph, spawn: true, {graph}}}]"), "parent");
        var said = Path.Combine(folder.Path, "said");
        var following = ActantProcess.RunRedirectedAsync($"2>{said}", ["executions", "follow", id, "--data", data]);
        string child;
        while ((child = await OpenAsync(server)).Length == 0)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        while (!File.Exists(said) || !(await File.ReadAllTextAsync(said)).Contains(" ANSWER ", StringComparison.Ordinal))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await AnswerAsync(data, child);
        var (code, _, _) = await following;
        var error = await File.ReadAllTextAsync(said);

        Assert.Equal(0, code);
        Assert.NotEqual(id, child);
        Assert.Contains($"actant executions resume {child} ANSWER --data {data}", error, StringComparison.Ordinal);
        Assert.Equal(error.IndexOf("Inside?", StringComparison.Ordinal), error.LastIndexOf("Inside?", StringComparison.Ordinal));
    }

    private static async Task<string> OpenAsync(ActantProcess server)
    {
        var list = JsonElement.Parse(await server.Client.GetStringAsync("/api/v1/executions?status=interrupted")).GetProperty("executions");
        return list.GetArrayLength() > 0 ? list[0].GetProperty("execution_id").GetString()! : "";
    }

    [Fact]
    public async Task Follow_FolderWithoutAServer_SaysThatNothingGoesOn()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        var id = await SubmitAsync(data, folder.Write("asking.yaml", Asking), "asking");

        var (code, output, error) = await FollowAsync(data, id);

        Assert.Equal((1, "pending"), (code, output.TrimEnd()));
        Assert.Contains("actant serve", error, StringComparison.Ordinal);
    }

    private static async Task<string> SubmitAsync(string data, string file, string agent)
    {
        Assert.Equal(0, (await ActantProcess.RunAsync(["agents", "create", file, "--data", data])).Code);
        var (_, output, _) = await ActantProcess.RunAsync(["executions", "submit", agent, "x", "--json", "--data", data]);
        return JsonElement.Parse(output).GetProperty("execution_id").GetString()!;
    }

    private static Task<(int Code, string Output, string Error)> FollowAsync(string data, string id, params string[] options) =>
        ActantProcess.RunAsync(["executions", "follow", id, "--data", data, .. options]);

    private static async Task AnswerAsync(string data, string id) =>
        Assert.Equal(0, (await ActantProcess.RunAsync(["executions", "resume", id, "{\"approved\": true}", "--data", data])).Code);

    private static IEnumerable<string> Kinds(string output) =>
        output.Split('\n').Select(static line => line.Split(' ')[0]).Where(static kind => kind is "interrupted" or "resumed" or "execution_completed");
}
