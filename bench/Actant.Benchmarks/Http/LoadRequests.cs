using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Actant.Benchmarks.Http;

/// <summary>The requests of the scenarios.</summary>
internal sealed class LoadRequests(HttpClient client, string agent, LoadOptions options)
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private readonly string _name = Uri.EscapeDataString(agent);
    private readonly byte[] _submission = Encoding.UTF8.GetBytes($$"""{"agent": {{JsonSerializer.Serialize(agent)}}, "input": "What is 19 + 23?"}""");
    private readonly byte[] _input = """{"input": "What is 19 + 23?"}"""u8.ToArray();
    private readonly string _execute = $"/api/v1/agents/{Uri.EscapeDataString(agent)}/execute";

    /// <summary>From the submission to the first token, less the model's own delay.</summary>
    public LatencyHistogram FirstTokens { get; } = new();

    /// <summary>From one token to the next, less the model's delay between them.</summary>
    public LatencyHistogram AddedDelays { get; } = new();

    public async Task AcceptAsync(CancellationToken cancellationToken)
    {
        using var response = await PostAsync("/api/v1/executions", _submission, cancellationToken);
        await response.Content.CopyToAsync(Stream.Null, cancellationToken);
    }

    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        using var response = await PostAsync(_execute, _input, cancellationToken);
        var answer = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        if (answer.GetProperty("state").GetString() is not "completed" and var state)
        {
            throw new InvalidDataException($"the execution is {state}");
        }
    }

    /// <summary>Submits, and reads the events as they come: each line is stamped when it has been read.</summary>
    public async Task StreamAsync(CancellationToken cancellationToken)
    {
        var sent = Stopwatch.GetTimestamp();
        using var response = await PostAsync("/api/v1/executions", _submission, cancellationToken);
        var accepted = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var address = $"/api/v1/executions/{accepted.GetProperty("execution_id").GetString()}/events";
        using var events = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        events.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync(cancellationToken));
        var (tokens, hasEnded, last) = (0, false, sent);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line == "event: answer_delta")
            {
                var now = Stopwatch.GetTimestamp();
                (tokens++ == 0 ? FirstTokens : AddedDelays).Add(Stopwatch.GetElapsedTime(last, now) - options.TokenDelay);
                last = now;
            }

            hasEnded |= line == "event: execution_completed";
        }

        if (!hasEnded)
        {
            throw new InvalidDataException($"the stream ended after {tokens} tokens without the execution's end");
        }
    }

    /// <summary>Whether an execution of the agent is in a status.</summary>
    public async Task<bool> HasAnyAsync(string status, CancellationToken cancellationToken)
    {
        var page = await client.GetByteArrayAsync($"/api/v1/executions?status={status}&agent={_name}&limit=1", cancellationToken);
        return JsonElement.Parse(page).GetProperty("executions").GetArrayLength() > 0;
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(body) { Headers = { ContentType = s_json } };
        var response = await client.PostAsync(path, content, cancellationToken);
        return response.EnsureSuccessStatusCode();
    }
}
