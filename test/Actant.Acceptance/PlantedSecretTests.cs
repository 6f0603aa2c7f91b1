using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Actant.Testing.Vendors;

namespace Actant.Acceptance;

/// <summary>Every kind of secret, planted in one server whose services and vendor repeat what they hear: it must be found nowhere.</summary>
[Trait("Row", "S7")]
public sealed class PlantedSecretTests
{
    private const string FromEnvironment = "env-7Qx2mZpL94kd";
    private const string FromFile = "file-Rt5vB8nW31qa";
    private const string FromStore = "store-Hy6uJ9cX20we";
    private const string OfAgent = "sk-proj-Agent77Agent77Agent77";
    private static readonly (string Name, string Source)[] s_services = [("environment", "from-env"), ("file", "from-file"), ("store", "from-store")];

    [Fact]
    public async Task Run_WithFailures_ShowsNoSecretAnywhere()
    {
        await using var vendor = new FakeOpenAI();
        await vendor.StartAsync();
        await using var service = await EchoService.StartAsync();
        using var folder = new TemporaryFolder();
        var (data, files) = (Path.Combine(folder.Path, "data"), Directory.CreateDirectory(Path.Combine(folder.Path, "secrets")).FullName);
        await File.WriteAllTextAsync(Path.Combine(files, "from-file"), $"{FromFile}\n");
        Assert.Equal(0, (await ActantProcess.RunAsync(["secrets", "set", "from-store", "--data", data], $"{FromStore}\n")).Code);
        await using var server = await ActantProcess.ServeAsync(
            data,
            ("LOG_LEVEL", "trace"),
            ("OPENAI_BASE_URL", vendor.Address.AbsoluteUri),
            ("OPENAI_API_KEY", FakeVendor.Key),
            ("ACTANT_SECRET_FROM_ENV", FromEnvironment),
            ("ACTANT__SECRETS__FOLDER", files),
            ("ACTANT__EGRESS__ALLOWPRIVATENETWORKS", "true"));

        var shown = new StringBuilder();
        var key = await TokenAsync(server);
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        await PostAsync("/api/v1/agents", Services(service.Address));
        await PostAsync("/api/v1/agents", new { name = "with-key", model = "gpt-4o-mini", api_key = OfAgent });
        await PostAsync("/api/v1/agents", new { name = "without-key", model = "gpt-4o-mini" });

        // The vendor knows the environment's key and repeats the agent's in its refusal.
        vendor.Reply(VendorReply.Say("Good day."));
        var states = new List<string?>();
        foreach (var (agent, input) in ((string, string)[])[("services", "go"), ("with-key", "Hello"), ("without-key", "Hello")])
        {
            var ended = await PostAsync($"/api/v1/agents/{agent}/execute", new { input });
            states.Add(ended.GetProperty("state").GetString());
            var id = ended.GetProperty("task_id").GetString();
            foreach (var path in new[] { $"executions/{id}", $"executions/{id}/events", $"agents/{agent}", $"agents/{agent}/tools", $"threads/{ended.GetProperty("thread_id").GetString()}/history" })
            {
                shown.Append(await server.Client.GetStringAsync($"/api/v1/{path}"));
            }
        }

        foreach (var path in new[] { "/api/v1/agents", "/api/v1/executions", "/api/v1/audit", "/api/v1/usage", "/api/v1/tokens", "/metrics", "/openapi/v1.json" })
        {
            shown.Append(await server.Client.GetStringAsync(path));
        }

        Assert.Equal(0, await server.StopAsync());

        // They were really used, and what came back was cleaned rather than left out.
        Assert.Equal(["completed", "failed", "completed"], states);
        Assert.Contains("X-Key: ***", shown.ToString(), StringComparison.Ordinal);
        foreach (var secret in new[] { FromEnvironment, FromFile, FromStore })
        {
            Assert.Contains(secret, service.Heard, StringComparison.Ordinal);
        }

        foreach (var secret in new[] { FromEnvironment, FromFile, FromStore, OfAgent, FakeVendor.Key, key })
        {
            Assert.DoesNotContain(secret, shown.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(server.Log, line => line.Contains(secret, StringComparison.Ordinal));
            foreach (var form in new[] { secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)) })
            {
                Assert.All(Directory.GetFiles(data, "*", SearchOption.AllDirectories), file =>
                    Assert.False(File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)) >= 0, $"{file} holds {form}."));
            }
        }

        async Task<JsonElement> PostAsync(string path, object body)
        {
            var response = await server.Client.PostAsJsonAsync(path, body);
            var text = await response.Content.ReadAsStringAsync();
            shown.Append(text);
            Assert.True(response.IsSuccessStatusCode, text);
            return JsonElement.Parse(text);
        }
    }

    private static async Task<string> TokenAsync(ActantProcess server)
    {
        var made = await server.Client.PostAsJsonAsync("/api/v1/tokens", new { name = "ops", role = "admin" });
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    /// <summary>Calls a tool for each source, well and badly, with the secret in a header, the query and the body.</summary>
    private static object Services(string address)
    {
        var tools = s_services.SelectMany(service => new[] { "ok", "fail" }.Select(how => new
        {
            name = $"{service.Name}_{how}",
            type = "http",
            description = "Repeats what it hears.",
            config = new
            {
                method = "POST",
                url = $"{address}/{how}",
                headers = new Dictionary<string, string> { ["X-Key"] = $"secret://{service.Source}", ["Authorization"] = $"Bearer secret://{service.Source}" },
                query = new Dictionary<string, string> { ["key"] = $"secret://{service.Source}" },
                json = new Dictionary<string, string> { ["key"] = $"secret://{service.Source}" },
            },
        })).ToList();
        var calls = tools.Select(tool => new { tool.name, arguments = new { } });
        return new
        {
            name = "services",
            nodes = new[]
            {
                new
                {
                    name = "main",
                    type = "agent",
                    tools = tools.Select(tool => tool.name),
                    model = new
                    {
                        provider = "scripted",
                        model_name = "caller",
                        options = new
                        {
                            rules = new object[]
                            {
                                new { when = new { tool_result = "" }, answer = "It said: {{ last_tool }}" },
                                new { tool_calls = calls },
                            },
                        },
                    },
                },
            },
            tool_definitions = tools,
        };
    }
}
