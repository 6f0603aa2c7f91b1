using System.Text.Json;
using Actant.Server.Running;

namespace Actant.Server.Remote;

/// <summary>Shows the events of an execution as they come, until it has ended or really waits for a person, and then what became of it.</summary>
internal sealed class RemoteEvents(HttpClient client, TextWriter output, bool asJson, ChildQuestions? children)
{
    private static readonly string[] s_results = ["output", "failure", "error"];
    private static readonly string[] s_ends = ["completed", "failed", "cancelled", "timed_out"];
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _asked = [];
    private string _last = "";
    private bool _isInText;

    /// <summary>Shows what happens.</summary>
    /// <param name="execution">The address of the execution.</param>
    /// <param name="isCarriedOut">Whether somebody carries it out: else nothing comes after what is stored.</param>
    /// <param name="refused">Says why it cannot be followed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The execution as it was last; <c>null</c> if it cannot be followed.</returns>
    public async Task<JsonElement?> FollowAsync(
        string execution, bool isCarriedOut, Func<string, int, RemoteRequest, Task> refused, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadAsync(execution, refused, cancellationToken) is not { } view)
            {
                return null;
            }

            var status = StatusOf(view);
            var hasEnded = HasEnded(view);
            if (!hasEnded && (status == "interrupted" ? OpenQuestions.Read(view).All(question => _asked.Contains(question.Id)) : !isCarriedOut))
            {
                await EndAsync(view);
                return view;
            }

            var before = _last;
            if (!await ShowEventsAsync(execution, hasEnded, refused, cancellationToken))
            {
                return null;
            }

            if (hasEnded)
            {
                await EndAsync(view);
                return view;
            }

            if (before == _last)
            {
                // A server that is stopping ends its streams.
                await Task.Delay(s_pause, TimeProvider.System, cancellationToken);
            }
        }
    }

    public static bool HasEnded(JsonElement view) => s_ends.Contains(StatusOf(view));

    /// <summary>How the process ends after an execution in a state.</summary>
    public static int CodeOf(JsonElement view) => StatusOf(view) switch
    {
        "completed" => ExitCodes.Done,
        "interrupted" => ExitCodes.Interrupted,
        _ => ExitCodes.Failed,
    };

    private static string? StatusOf(JsonElement view) => view.TryGetProperty("status", out var status) ? status.GetString() : null;

    private async Task<JsonElement?> ReadAsync(string execution, Func<string, int, RemoteRequest, Task> refused, CancellationToken cancellationToken)
    {
        var request = RemoteRequest.Get(execution);
        using var response = await client.GetAsync(new Uri(request.Path, UriKind.Relative), cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return JsonElement.Parse(text, JsonLimits.Decoding);
        }

        await refused(text, (int)response.StatusCode, request);
        return null;
    }

    /// <summary>Shows the events after the last one, until the stream ends or a question comes: whether that one is still open, the execution tells.</summary>
    private async Task<bool> ShowEventsAsync(string execution, bool hasEnded, Func<string, int, RemoteRequest, Task> refused, CancellationToken cancellationToken)
    {
        var request = RemoteRequest.Get($"{execution}/events{(_last.Length > 0 ? $"?after={_last}" : "")}");
        using var response = await client.GetAsync(new Uri(request.Path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            await refused(await response.Content.ReadAsStringAsync(cancellationToken), (int)response.StatusCode, request);
            return false;
        }

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var (id, name) = ("", "");
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                var item = JsonElement.Parse(line[6..], JsonLimits.Decoding);
                await ShowAsync(name, item);
                _last = id;
                if (name == "child_started" && !hasEnded)
                {
                    children?.Begin(item.GetProperty("payload").GetProperty("child").GetString()!);
                }

                if (name == "interrupted")
                {
                    _asked.Add(item.GetProperty("payload").GetProperty("interrupt").GetProperty("id").GetString()!);
                    if (!hasEnded)
                    {
                        return true;
                    }
                }
            }
        }

        return true;
    }

    private async Task ShowAsync(string name, JsonElement item)
    {
        if (asJson)
        {
            await output.WriteLineAsync(TerminalText.Json($"{{\"event\":\"{name}\",\"data\":{item.GetRawText()}}}"));
            return;
        }

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

    private async Task EndAsync(JsonElement view)
    {
        await EndTextAsync();
        if (asJson)
        {
            return;
        }

        await output.WriteLineAsync(StatusOf(view));
        foreach (var field in view.EnumerateObject().Where(static field => s_results.Contains(field.Name) && field.Value.ValueKind != JsonValueKind.Null))
        {
            await output.WriteLineAsync(TerminalText.Clean(field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText()));
        }
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
