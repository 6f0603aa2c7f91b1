using Actant.Testing.Vendors;

namespace Actant.Acceptance;

/// <summary>Which model answers, as the environment of the program says.</summary>
public sealed class ModelTests
{
    [Fact]
    [Trait("Row", "L1")]
    public async Task Serve_OnlyTheKeyOfOpenAI_ItsModelsAnswerAndSaySo()
    {
        await using var vendor = new FakeOpenAI();
        await vendor.StartAsync();
        vendor.Reply(new VendorReply { Answer = new VendorAnswer { Deltas = ["Good ", "day."], Usage = new VendorUsage(1000, 0, 0, 200, 0) } });
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "agents"));
        folder.Write("agents/mine.yaml", "instructions: Greet.\nmodel: gpt-4o-mini\n");
        folder.Write("agents/other.yaml", "instructions: Greet.\nmodel: claude-sonnet-4-5\n");
        await using var server = await ActantProcess.ServeAsync(
            folder.Path, ("OPENAI_API_KEY", FakeVendor.Key), ("OPENAI_BASE_URL", vendor.Address.AbsoluteUri));

        var body = await server.ExecuteAsync("mine", "Hello");

        Assert.Equal("Good day.", body.GetProperty("output").GetProperty("response").GetString());
        Assert.Equal(("gpt-4o-mini", "openai"), (body.GetProperty("model").GetString(), body.GetProperty("model_source").GetString()));
        Assert.Contains("ANTHROPIC_API_KEY", await server.Client.GetStringAsync("/api/v1/agents"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "L1")]
    public async Task Run_OnlyTheKeyOfAnthropic_ItsModelsAnswerAndSaySo()
    {
        await using var vendor = new FakeAnthropic();
        await vendor.StartAsync();
        vendor.Reply(VendorReply.Say("Good day."));
        using var folder = new TemporaryFolder();
        var file = folder.Write("mine.yaml", "instructions: Greet.\nmodel: claude-sonnet-4-5\n");

        var (code, output, error) = await ActantProcess.RunAsync(
            ["run", file, "Hello", "--json"], ("ANTHROPIC_API_KEY", FakeVendor.Key), ("ANTHROPIC_BASE_URL", vendor.Address.AbsoluteUri));

        Assert.True(code == 0, error);
        Assert.Contains("\"model_source\":\"anthropic\"", output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "L1")]
    public async Task Run_FurtherProvider_IsAskedByItsName()
    {
        await using var vendor = new FakeOpenAI();
        await vendor.StartAsync();
        vendor.Reply(VendorReply.Say("Good day."));
        using var folder = new TemporaryFolder();
        var file = folder.Write("mine.yaml", "instructions: Greet.\nmodel: house/llama3.2:3b\n");

        var (code, output, error) = await ActantProcess.RunAsync(
            ["run", file, "Hello", "--json"],
            ("ACTANT__MODELS__PROVIDERS__HOUSE__ADDRESS", vendor.Address.AbsoluteUri),
            ("ACTANT__MODELS__PROVIDERS__HOUSE__KEYVARIABLE", "HOUSE_KEY"),
            ("HOUSE_KEY", FakeVendor.Key));

        Assert.True(code == 0, error);
        Assert.Contains("\"model_source\":\"house\"", output, StringComparison.Ordinal);
        Assert.Equal("llama3.2:3b", (await vendor.Requests.NextAsync()).Body.GetProperty("model").GetString());
    }

    [Theory]
    [Trait("Row", "L2")]
    [InlineData(null, null, true)]
    [InlineData(null, "sk-x-1", false)]
    [InlineData("true", "sk-x-1", true)]
    [InlineData("false", null, false)]
    public async Task Run_MissingKey_IsStoodInForWhereThatIsThePolicy(string? policy, string? otherKey, bool isStoodIn)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("mine.yaml", "instructions: Greet.\nmodel: gpt-4o-mini\n");

        var (code, output, error) = await ActantProcess.RunAsync(
            ["run", file, "What is 1 + 1?", "--json"], ("ACTANT__MODELS__STANDIN", policy ?? ""), ("ANTHROPIC_API_KEY", otherKey ?? ""));

        if (isStoodIn)
        {
            Assert.True(code == 0, error);
            Assert.Contains("\"model_source\":\"scripted\"", output, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(2, code);
            Assert.Contains("OPENAI_API_KEY", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Row", "O8")]
    public async Task Run_WrongSettings_AreAllToldWithoutTheKey()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("mine.yaml", "instructions: Greet.\nmodel: gpt-4o-mini\n");

        var (code, _, error) = await ActantProcess.RunAsync(
            ["run", file, "Hello"],
            ("OPENAI_API_KEY", "sk-secret\u00e9"),
            ("GROQ_BASE_URL", "https://user:password@host/v1"),
            ("ACTANT__MODELS__STANDIN", "perhaps"),
            ("ACTANT__MODELS__PRICES", Path.Combine(folder.Path, "none.json")),
            ("ACTANT__MODELS__PROVIDERS__HOUSE__PROTOCOL", "smoke"),
            ("ACTANT__MODELS__PROVIDERS__OTHER__ADRESS", "http://127.0.0.1/v1"));

        Assert.Equal(2, code);
        string[] named = ["OPENAI_API_KEY", "GROQ_BASE_URL", "StandIn", "Prices", "HOUSE:PROTOCOL", "HOUSE:ADDRESS", "OTHER:ADRESS"];
        Assert.All(named, name => Assert.Contains(name, error, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
        Assert.DoesNotContain("password@", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "L3")]
    public async Task Run_PricesOfOnesOwn_AreCharged()
    {
        await using var vendor = new FakeOpenAI();
        await vendor.StartAsync();
        vendor.Reply(new VendorReply { Answer = new VendorAnswer { Deltas = ["Good day."], Usage = new VendorUsage(1000, 0, 0, 200, 0) } });
        using var folder = new TemporaryFolder();
        var file = folder.Write("mine.yaml", "instructions: Greet.\nmodel: gpt-4o-mini\n");
        var prices = folder.Write("prices.yaml", "prices:\n  - {provider: openai, model: gpt-4o-mini, input: 7, output: 1.5, date: 2026-11-01, source: our contract}\n");

        var (code, output, error) = await ActantProcess.RunAsync(
            ["run", file, "Hello"],
            ("OPENAI_API_KEY", FakeVendor.Key),
            ("OPENAI_BASE_URL", vendor.Address.AbsoluteUri),
            ("ACTANT__MODELS__PRICES", prices));

        Assert.True(code == 0, error);
        Assert.Contains("$0.0073", output, StringComparison.Ordinal);
    }
}
