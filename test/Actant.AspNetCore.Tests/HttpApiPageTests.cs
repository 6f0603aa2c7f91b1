using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Actant.AspNetCore.Tests.OpenApi;
using Actant.Testing;

namespace Actant.AspNetCore.Tests;

/// <summary>Runs every curl command of the page, from top to bottom, against a real server.</summary>
public sealed partial class HttpApiPageTests
{
    // A server without agents of its own has the examples; this one has agents for tests.
    private const string MathAssistant = """
        {"name": "math-assistant", "instructions": "Use the calculator.", "model": {"provider": "scripted", "model_name": "calculator"}, "tools": ["calculator"]}
        """;

    [Fact]
    [Trait("Row", "I10")]
    [Trait("Row", "I13")]
    public async Task Page_EveryExample_Works()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "http-api.md"));
        await using var server = await HttpServer.StartAsync();
        var contract = new OpenApiContract(await server.Client.GetStringAsync("/openapi/v1.json"));
        using var shipped = await server.PostAsync("/api/v1/agents", MathAssistant);
        Assert.True(shipped.IsSuccessStatusCode);
        var execution = "";
        var ran = 0;
        foreach (Match match in Curl().Matches(page))
        {
            var command = match.Value.Replace("\\\n", " ", StringComparison.Ordinal).Replace("$ID", execution, StringComparison.Ordinal);
            var url = Url().Match(command).Groups["value"].Value;
            var body = Body().Match(command) is { Success: true } found ? found.Groups["value"].Value : null;
            var method = Method().Match(command) is { Success: true } named ? named.Groups["value"].Value : body is null ? "GET" : "POST";
            using var request = new HttpRequestMessage(new HttpMethod(method), url);
            if (body is not null)
            {
                request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            }

            if (Key().Match(command) is { Success: true } key)
            {
                request.Headers.Add("Idempotency-Key", key.Groups["value"].Value);
            }

            using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode < HttpStatusCode.BadRequest, $"{command}\n{(int)response.StatusCode} {text}");
            contract.AssertAnswer(method, url, body, response, text);
            if (Id().Match(text) is { Success: true } id && method == "POST")
            {
                execution = id.Groups["value"].Value;
                await server.WaitAsync(execution);
            }

            ran++;
        }

        Assert.True(ran >= 20, $"Only {ran} examples were found.");
    }

    /// <summary>What the page of tools shows of a question is what the API shows of one.</summary>
    [Fact]
    [Trait("Row", "X11")]
    public async Task ToolsPage_QuestionWithAProposal_HasTheFieldsOfOne()
    {
        var page = await File.ReadAllTextAsync(RepositoryFolder.Find("docs", "tools.md"));
        var shown = page.Split("```json\n").Skip(1).Select(static block => JsonElement.Parse(block[..block.IndexOf("```", StringComparison.Ordinal)]))
            .Single(static block => block.ValueKind == JsonValueKind.Object && block.TryGetProperty("proposal", out _));
        await using var server = await HttpServer.StartAsync();
        var schemas = (await server.GetJsonAsync("/openapi/v1.json")).GetProperty("components").GetProperty("schemas");

        var known = schemas.GetProperty("Interrupt").GetProperty("properties");
        Assert.Empty(Names(shown).Except(Names(known)));
        Assert.Empty(Names(shown.GetProperty("proposal")).Except(Names(known.GetProperty("proposal").GetProperty("properties"))));

        static IEnumerable<string> Names(JsonElement value) => value.EnumerateObject().Select(static field => field.Name);
    }

    [GeneratedRegex("^curl (?:.*\\\\\n)*.*$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Curl();

    [GeneratedRegex(@"localhost:8080(?<value>/[^\s']*)", RegexOptions.NonBacktracking)]
    private static partial Regex Url();

    [GeneratedRegex(@"-d '(?<value>[^']*)'", RegexOptions.NonBacktracking)]
    private static partial Regex Body();

    [GeneratedRegex(@"-X (?<value>\w+)", RegexOptions.NonBacktracking)]
    private static partial Regex Method();

    [GeneratedRegex("Idempotency-Key: (?<value>[^']+)'", RegexOptions.NonBacktracking)]
    private static partial Regex Key();

    [GeneratedRegex("\"execution_id\":\"(?<value>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Id();
}
