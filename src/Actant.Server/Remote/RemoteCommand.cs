using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using Actant.Server.Running;

namespace Actant.Server.Remote;

/// <summary>Makes commands that send one request and print its answer.</summary>
internal sealed class RemoteCommand(TextWriter output, TextWriter error)
{
    /// <summary>A command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="request">Makes the request of what was parsed.</param>
    /// <param name="print">Prints the answer for people.</param>
    /// <param name="symbols">Its arguments and options.</param>
    public Command Create(
        string name, string description, Func<ParseResult, RemoteRequest> request, Action<JsonElement, TextWriter> print, params Symbol[] symbols) =>
        Create(name, description, symbols, async (parsed, options, cancellationToken) =>
        {
            var message = request(parsed);
            await using var connection = await options.OpenAsync(parsed, message.MayBegin, cancellationToken);
            if (message.PassesFilters && !options.MayGoWithoutPlugins(parsed) && connection.WhyNotToWrite is { } why)
            {
                throw new BadInputException($"actant: {why}");
            }

            var code = await SendAsync(connection.Client, message, print, options.IsJson(parsed), cancellationToken);
            if (code == ExitCodes.Done && connection.IsFolder && message.WaitsForServer)
            {
                await error.WriteLineAsync("actant: no server runs on this folder: it is stored, and carried out when one starts (actant serve).");
            }

            return code;
        });

    /// <summary>A command that shows the events of an execution until it ends.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="execution">The address of the execution.</param>
    /// <param name="symbols">Its arguments and options.</param>
    public Command CreateStream(string name, string description, Func<ParseResult, string> execution, params Symbol[] symbols) =>
        Create(name, description, symbols, async (parsed, options, cancellationToken) =>
        {
            await using var connection = await options.OpenAsync(parsed, mayBegin: false, cancellationToken);
            await using var children = new ChildQuestions(connection.Client, error, options.Given(parsed));
            var events = new RemoteEvents(connection.Client, output, options.IsJson(parsed), connection.IsFolder ? null : children);
            if (await events.FollowAsync(execution(parsed), !connection.IsFolder, PrintProblemAsync, cancellationToken) is not { } view)
            {
                return ExitCodes.BadInput;
            }

            var code = RemoteEvents.CodeOf(view);
            if (code == ExitCodes.Interrupted)
            {
                foreach (var line in OpenQuestions.Of(view.GetProperty("execution_id").GetString()!, OpenQuestions.Read(view), options.Given(parsed)))
                {
                    await error.WriteLineAsync(line);
                }
            }
            else if (connection.IsFolder && !RemoteEvents.HasEnded(view))
            {
                await error.WriteLineAsync("actant: no server runs on this folder: it goes on when one starts (actant serve).");
            }

            return code;
        });

    private Command Create(
        string name, string description, IReadOnlyList<Symbol> symbols, Func<ParseResult, RemoteOptions, CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        var options = new RemoteOptions();
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await action(parsed, options, cancellationToken);
            }
            catch (HttpRequestException exception)
            {
                await error.WriteLineAsync($"actant: no server answers: {exception.Message}. Start one with actant serve, or name it with --url.");
                return ExitCodes.Failed;
            }
            catch (Exception exception) when (exception is JsonException or KeyNotFoundException)
            {
                await error.WriteLineAsync("actant: what answered is no Actant server.");
                return ExitCodes.Failed;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DllNotFoundException or InvalidOperationException)
            {
                await error.WriteLineAsync($"actant: {exception.Message}");
                return ExitCodes.BadInput;
            }
        });
        return command;
    }

    private async Task<int> SendAsync(
        HttpClient client, RemoteRequest request, Action<JsonElement, TextWriter> print, bool asJson, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, request.Path);
        if (request.Body is { } body)
        {
            message.Content = JsonContent.Create(body);
        }

        using var response = await client.SendAsync(message, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            await PrintProblemAsync(text, (int)response.StatusCode, request);
            return (int)response.StatusCode < 500 ? ExitCodes.BadInput : ExitCodes.Failed;
        }

        if (text.Length == 0)
        {
            await output.WriteLineAsync("ok");
            return ExitCodes.Done;
        }

        try
        {
            var answer = JsonElement.Parse(text, JsonLimits.Decoding);
            if (asJson)
            {
                await output.WriteLineAsync(TerminalText.Json(text));
            }
            else
            {
                print(answer, output);
            }

            return ExitCodes.Done;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            await error.WriteLineAsync($"actant: what answered {(int)response.StatusCode} is no Actant server.");
            return ExitCodes.Failed;
        }
    }

    private async Task PrintProblemAsync(string text, int status, RemoteRequest request)
    {
        if (ReadProblem(text) is not { } refusal)
        {
            await error.WriteLineAsync($"actant: what answered {status} is no Actant server: look at --url.");
            return;
        }

        foreach (var line in RefusalText.Of(refusal, request.Names))
        {
            await error.WriteLineAsync(line);
        }
    }

    private static Refusal? ReadProblem(string text)
    {
        try
        {
            var problem = JsonElement.Parse(text, JsonLimits.Decoding);
            return new Refusal(
                problem.GetProperty("code").GetString()!,
                problem.GetProperty("detail").GetString()!,
                problem.TryGetProperty("errors", out var faults)
                    ? [.. faults.EnumerateArray().Select(static fault => new DefinitionProblem(
                        fault.GetProperty("path").GetString()!, fault.GetProperty("code").GetString()!, fault.GetProperty("message").GetString()!))]
                    : null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
