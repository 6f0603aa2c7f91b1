using System.Text;
using System.Text.Json;
using Actant.Storage;

namespace Actant.AspNetCore.Tests.Agents;

/// <summary>Lists of agents cost what they show, however large the definitions are.</summary>
[Trait("Row", "A3")]
public sealed class AgentListTests
{
    private const string Agents = "/api/v1/agents";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_OfAgents_ReadsNoDefinition()
    {
        var faults = new StoreFaults();
        await using var server = await HttpServer.StartAsync(faults.Store);
        foreach (var name in new[] { "first", "second" })
        {
            await CreateAsync(server, name, "gpt-4o");
        }

        var whole = await server.GetJsonAsync($"{Agents}/second");

        faults.Fault = static method => ReadsContents(method.Name) ? new InvalidOperationException("A definition was read.") : null;
        var listed = (await server.GetJsonAsync($"{Agents}?name=second")).GetProperty("agents")[0];

        foreach (var field in new[] { "id", "name", "description", "agent_type", "model", "provider", "is_active", "version", "read_only", "hash", "created_at", "updated_at" })
        {
            Assert.Equal(whole.GetProperty(field).ToString(), listed.GetProperty(field).ToString());
        }

        Assert.False(listed.TryGetProperty("definition", out _));
    }

    [Fact]
    public async Task List_WithAFilterThatLetsOneThrough_ReadsManyAtOnce()
    {
        var faults = new StoreFaults();
        await using var server = await HttpServer.StartAsync(faults.Store);
        for (var i = 0; i < 250; i++)
        {
            await CreateAsync(server, $"agent-{i}", i is 0 or 100 ? "rare" : "gpt-4o");
        }

        var reads = 0;
        faults.Fault = method =>
        {
            reads += method.Name.StartsWith("ListSummaries", StringComparison.Ordinal) ? 1 : 0;
            return null;
        };
        var first = await server.GetJsonAsync($"{Agents}?model=rare&limit=1");
        var second = await server.GetJsonAsync($"{Agents}?model=rare&limit=1&cursor={first.GetProperty("next_cursor").GetString()}");

        Assert.Equal(["agent-100", "agent-0"], [.. Names(first), .. Names(second)]);
        Assert.InRange(reads, 2, 4);
    }

    [Fact]
    public async Task List_OfVersions_ShowsEachWithoutItsDefinition()
    {
        await using var server = await HttpServer.StartAsync();
        await CreateAsync(server, "changed", "gpt-4o");
        using var put = await server.Client.PutAsync($"{Agents}/changed", Json(Definition("changed", "o3")), Token);
        put.EnsureSuccessStatusCode();

        var versions = (await server.GetJsonAsync($"{Agents}/changed/versions")).GetProperty("agents");

        Assert.Equal(["2 o3", "1 gpt-4o"], versions.EnumerateArray().Select(static agent => $"{agent.GetProperty("version")} {agent.GetProperty("model")}"));
        Assert.Single((await server.GetJsonAsync($"{Agents}/sums/versions")).GetProperty("agents").EnumerateArray());
        await HttpServer.AssertProblemAsync(await server.GetAsync($"{Agents}/missing/versions"), 404, "agent_not_found");
        await HttpServer.AssertProblemAsync(await server.GetAsync($"{Agents}/changed@7/versions"), 404, "agent_not_found");
    }

    [Fact]
    public async Task List_OfWhatAnEarlierReleaseWrote_ShowsTheSameAndReadsItOnce()
    {
        var faults = new StoreFaults();
        await using var server = await HttpServer.StartAsync(faults.Store);
        var id = Guid.CreateVersion7().ToString("D");
        var write = new RecordWrite { Kind = "agent", Id = id, Name = "older", ExpectedVersion = 0, Body = Encoding.UTF8.GetBytes(Definition("older", "gpt-4o")) };
        await faults.Store.For(TenantId.Default).Records.WriteAsync(write, Token);
        var whole = await server.GetJsonAsync($"{Agents}/older");

        var first = (await server.GetJsonAsync($"{Agents}?name=older")).GetProperty("agents")[0];
        faults.Fault = static method => ReadsContents(method.Name) ? new InvalidOperationException("It was read again.") : null;
        var second = (await server.GetJsonAsync($"{Agents}?name=older")).GetProperty("agents")[0];

        Assert.Equal((whole.GetProperty("hash").GetString(), "gpt-4o"), (first.GetProperty("hash").GetString(), first.GetProperty("model").GetString()));
        Assert.Equal(first.GetRawText(), second.GetRawText());
    }

    [Fact]
    public async Task List_OfALongDescription_ShowsItsBeginning()
    {
        await using var server = await HttpServer.StartAsync();
        var text = new string('d', 998) + "\U0001F600" + new string('e', 100_000);
        using var made = await server.PostAsync(Agents, Definition("wordy", "gpt-4o", text));

        var (listed, whole) = (await server.GetJsonAsync($"{Agents}?name=wordy"), await server.GetJsonAsync($"{Agents}/wordy"));

        Assert.Equal(new string('d', 998) + "…", listed.GetProperty("agents")[0].GetProperty("description").GetString());
        Assert.Equal(text, whole.GetProperty("description").GetString());
    }

    private static bool ReadsContents(string method) => method is nameof(IRecordStore.ReadAsync) or nameof(IRecordStore.FindAsync) or nameof(IRecordStore.ListAsync);

    private static async Task CreateAsync(HttpServer server, string name, string model)
    {
        using var made = await server.PostAsync(Agents, Definition(name, model));
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Token));
    }

    private static string Definition(string name, string model, string description = "Says something.") => JsonSerializer.Serialize(new
    {
        name,
        description,
        agent_type = "llm",
        instructions = "x",
        model = new { provider = "scripted", model_name = model },
    });

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string?[] Names(JsonElement list) => [.. list.GetProperty("agents").EnumerateArray().Select(static agent => agent.GetProperty("name").GetString())];
}
