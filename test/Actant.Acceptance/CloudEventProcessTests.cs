using System.Net;
using System.Text;
using System.Text.Json;

namespace Actant.Acceptance;

/// <summary>Jobs as CloudEvents of a server that is killed, and their results at the sink.</summary>
[Trait("Row", "I1")]
[Trait("Row", "I2")]
[Trait("Row", "O8")]
public sealed class CloudEventProcessTests
{
    // Sent as it stands by what the product takes the place of.
    private const string Event = """
        {
            "specversion": "1.0",
            "type": "dev.my-platform.agent.execute",
            "source": "test-client",
            "id": "test-job-123",
            "datacontenttype": "application/json",
            "data": {
              "job_id": "test-job-123",
              "agent_definition": {
                "tool_definitions": [],
                "nodes": [{
                  "type": "orchestrator",
                  "name": "main",
                  "model": {"provider": "openai", "model_name": "gpt-4o"},
                  "system_prompt": "You are a helpful assistant.",
                  "tools": []
                }],
                "edges": []
              },
              "input": {
                "messages": [{"role": "user", "content": "Hello!"}]
              }
            }
          }
        """;

    [Fact]
    public async Task Jobs_ServerKilledWhileTheSinkFails_EachHasOneResultByItsId()
    {
        const int Jobs = 20;
        await using var sink = await CallbackReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        sink.Answer = static _ => Task.FromResult(500);
        for (var round = 0; round < 3; round++)
        {
            await using var server = await ActantProcess.ServeAsync(folder.Path, ("K_SINK", $"{sink.Address}/broker"));
            using var seed = await SendAsync(server, Event);
            Assert.True(seed.StatusCode == HttpStatusCode.Accepted, await seed.Content.ReadAsStringAsync());
            Assert.StartsWith("/api/v1/executions/", seed.Headers.Location?.OriginalString, StringComparison.Ordinal);
            for (var i = 0; i < Jobs; i++)
            {
                // The same events in each round: whoever lost the answer sends again.
                using var response = await SendAsync(server, Event.Replace("test-job-123", $"job-{i}", StringComparison.Ordinal));
                Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            }

            await server.KillAsync();
        }

        sink.Answer = static _ => Task.FromResult(204);
        await using var last = await ActantProcess.ServeAsync(folder.Path, ("K_SINK", $"{sink.Address}/broker"));
        await sink.HearAsync(static all => all.Where(static callback => callback.Status == 204).Select(static callback => IdOf(callback.Body)).Distinct().Count() == Jobs + 1);

        var delivered = sink.Heard.Where(static callback => callback.Status == 204).Select(static callback => callback.Body).Distinct().Select(static body => JsonElement.Parse(body)).ToList();
        Assert.Equal(
            Enumerable.Range(0, Jobs).Select(static i => $"job-{i}").Append("test-job-123").Order(StringComparer.Ordinal),
            delivered.Select(static result => result.GetProperty("data").GetProperty("job_id").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(delivered, static result => Assert.Equal("dev.my-platform.agent.completed", result.GetProperty("type").GetString()));
        Assert.All(sink.Heard, static callback => Assert.Equal("/broker", callback.Path));
    }

    private static string IdOf(string body) => JsonElement.Parse(body).GetProperty("id").GetString()!;

    private static async Task<HttpResponseMessage> SendAsync(ActantProcess server, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/cloudevents+json");
        return await server.Client.PostAsync("/", content);
    }
}
