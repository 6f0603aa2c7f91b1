using System.Text.Json;
using Actant.Server.Running;

namespace Actant.Server.Remote;

/// <summary>Shows the events of an execution as they come, and at its end what became of it.</summary>
internal sealed class RemoteEvents(HttpClient client, TextWriter output, bool asJson)
{
    private static readonly string[] s_results = ["output", "failure", "error"];
    private bool _isInText;

    public async Task<int> FollowAsync(string execution, Func<string, int, Task> refused, CancellationToken cancellationToken)
    {
        // Where nobody runs it no event comes that ends the stream: what waits for a person is said, and not waited for.
        var view = await ReadAsync(execution, refused, cancellationToken);
        if (view is { } now && StatusOf(now) is not "interrupted")
        {
            using var response = await client.GetAsync(new Uri($"{execution}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            var name = "";
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    name = line[7..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    await ShowAsync(name, line[6..]);
                    if (name == "interrupted")
                    {
                        break;
                    }
                }
            }

            view = await ReadAsync(execution, refused, cancellationToken);
        }

        return view is { } end ? await ShowEndAsync(end) : ExitCodes.BadInput;
    }

    private static string? StatusOf(JsonElement view) => view.TryGetProperty("status", out var status) ? status.GetString() : null;

    private async Task<JsonElement?> ReadAsync(string execution, Func<string, int, Task> refused, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(new Uri(execution, UriKind.Relative), cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return JsonElement.Parse(text, JsonLimits.Decoding);
        }

        await refused(text, (int)response.StatusCode);
        return null;
    }

    private async Task ShowAsync(string name, string data)
    {
        if (asJson)
        {
            await output.WriteLineAsync(TerminalText.Json($"{{\"event\":\"{name}\",\"data\":{data}}}"));
            return;
        }

        var item = JsonElement.Parse(data, JsonLimits.Decoding);
        if (name == "answer_delta")
        {
            await output.WriteAsync(TerminalText.Clean(item.GetProperty("text").GetString()!));
            _isInText = true;
            return;
        }

        await EndTextAsync();
        var place = item.TryGetProperty("activation", out var activation) ? $"{activation.GetString()}  " : "";
        var payload = item.TryGetProperty("payload", out var said) && said.EnumerateObject().Any() ? TerminalText.Line(said.GetRawText()) : "";
        await output.WriteLineAsync($"{TerminalText.Field(name)}  {TerminalText.Field(place)}{payload}".TrimEnd());
    }

    private async Task<int> ShowEndAsync(JsonElement view)
    {
        await EndTextAsync();
        var status = StatusOf(view);
        if (!asJson)
        {
            await output.WriteLineAsync(TerminalText.Field($"{status}"));
            foreach (var field in view.EnumerateObject().Where(static field => s_results.Contains(field.Name) && field.Value.ValueKind != JsonValueKind.Null))
            {
                await output.WriteLineAsync(TerminalText.Clean(field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText()));
            }
        }

        return status switch
        {
            "completed" => ExitCodes.Done,
            "interrupted" => ExitCodes.Interrupted,
            _ => ExitCodes.Failed,
        };
    }

    private async Task EndTextAsync()
    {
        if (_isInText)
        {
            await output.WriteLineAsync();
            _isInText = false;
        }
    }
}
