using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Actant.Testing.Vendors;

namespace Actant.Acceptance;

/// <summary>Keys of vendors that come with an agent, and where they must never be found again.</summary>
[Trait("Row", "A3")]
public sealed class AgentKeyTests
{
    [Fact]
    [Trait("Row", "S7")]
    public async Task Agent_WithItsOwnKey_IsAnsweredByTheVendorAndTheKeyIsNowhere()
    {
        await using var vendor = new FakeOpenAI();
        await vendor.StartAsync();
        vendor.Reply(VendorReply.Say("Good day."));
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(
            folder.Path, ("OPENAI_BASE_URL", vendor.Address.AbsoluteUri), ("LOG_LEVEL", "trace"), ("ACTANT__MODELS__STANDIN", "true"));

        var made = await server.Client.PostAsJsonAsync("/api/v1/agents", new { name = "Test Agent", agent_type = "llm", model = "gpt-4o-mini", api_key = FakeVendor.Key, is_active = true });
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        var told = await made.Content.ReadAsStringAsync();
        var id = JsonElement.Parse(told).GetProperty("id").GetString()!;
        Assert.Equal("openai", (await server.ExecuteAsync(id, "Hello")).GetProperty("model_source").GetString());
        await server.Client.PostAsJsonAsync("/api/v1/agents", new { name = "keyless", model = "gpt-4o-mini" });
        Assert.Equal("scripted", (await server.ExecuteAsync("keyless", "What is 1 + 1?")).GetProperty("model_source").GetString());

        const string Wrong = "sk-proj-WrongWrongWrongWrong";
        var rotated = await server.Client.PatchAsJsonAsync($"/api/v1/agents/{id}", new { api_key = Wrong });
        told += await rotated.Content.ReadAsStringAsync();
        var failed = await server.ExecuteAsync(id, "Hello");
        Assert.Equal(("failed", "model_unauthorized"), (failed.GetProperty("state").GetString(), failed.GetProperty("error").GetProperty("code").GetString()));
        told += failed.GetRawText() + await server.Client.GetStringAsync($"/api/v1/agents/{id}") + await server.Client.GetStringAsync("/api/v1/agents")
            + await server.Client.GetStringAsync($"/api/v1/executions/{failed.GetProperty("task_id").GetString()}/events");
        Assert.Equal(HttpStatusCode.NoContent, (await server.Client.DeleteAsync($"/api/v1/agents/{id}")).StatusCode);
        Assert.Equal(0, await server.StopAsync());

        foreach (var secret in (string[])[FakeVendor.Key, Wrong])
        {
            Assert.DoesNotContain(secret, told, StringComparison.Ordinal);
            Assert.DoesNotContain(server.Log, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.All(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories), file =>
                Assert.False(File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0, file));
        }
    }

    [Fact]
    [Trait("Row", "S7")]
    public async Task Agent_WhoseKeyIsNoSecret_IsRefusedBeforeAnythingRuns()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("keyed.yaml", "name: keyed\nmodel: {provider: scripted, model_name: m, api_key: secret://zz}\n");
        await using var server = await ActantProcess.ServeAsync(Path.Combine(folder.Path, "data"));
        var definition = new { name = "keyed", model = new { provider = "scripted", model_name = "m", api_key = "secret://zz" } };

        var validated = await ActantProcess.RunAsync(["validate", file]);
        var made = await server.Client.PostAsJsonAsync("/api/v1/agents", definition);
        var submitted = await server.Client.PostAsJsonAsync("/api/v1/executions", new { definition, input = "x" });

        Assert.Equal(2, validated.Code);
        Assert.Contains("$.model.api_key", validated.Output, StringComparison.Ordinal);
        Assert.Contains("[unknown_secret]", validated.Output, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity), (made.StatusCode, submitted.StatusCode));
        Assert.Contains("unknown_secret", await submitted.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_WithAKeyInItsDefinition_IsRefusedWithoutRepeatingIt()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("bad.yaml", "name: bad\nmodel: {provider: openai, model_name: gpt-4o-mini, api_key: sk-plain-1234567}\n");

        var (code, output, error) = await ActantProcess.RunAsync(["validate", file]);

        Assert.Equal(2, code);
        Assert.Contains("[plain_secret]", output, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-plain", output + error, StringComparison.Ordinal);
    }
}
