using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
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
                throw new RemoteInputException($"actant: {why}");
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
            return await new RemoteEvents(connection.Client, output, options.IsJson(parsed)).FollowAsync(execution(parsed), PrintProblemAsync, cancellationToken);
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
            catch (RemoteInputException exception)
            {
                await error.WriteLineAsync(exception.Message);
                return ExitCodes.BadInput;
            }
            catch (HttpRequestException exception)
            {
                await error.WriteLineAsync($"actant: no server answers: {exception.Message}. Start one with actant serve, or name it with --url.");
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
            await PrintProblemAsync(text, (int)response.StatusCode);
            return (int)response.StatusCode < 500 ? ExitCodes.BadInput : ExitCodes.Failed;
        }

        if (asJson || text.Length == 0)
        {
            await output.WriteLineAsync(text.Length == 0 ? "ok" : TerminalText.Json(text));
            return ExitCodes.Done;
        }

        try
        {
            print(JsonElement.Parse(text, JsonLimits.Decoding), output);
            return ExitCodes.Done;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            await error.WriteLineAsync($"actant: what answered {(int)response.StatusCode} is no Actant server.");
            return ExitCodes.Failed;
        }
    }

    private async Task PrintProblemAsync(string text, int status)
    {
        try
        {
            var problem = JsonNode.Parse(text, documentOptions: JsonLimits.Decoding)!;
            await error.WriteLineAsync(TerminalText.Field($"actant: {problem["detail"]} [{problem["code"]}]"));
            foreach (var fault in problem["errors"]?.AsArray() ?? [])
            {
                await error.WriteLineAsync(TerminalText.Field($"  {fault!["path"]}: {fault["message"]}"));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            await error.WriteLineAsync($"actant: the server answered {status}; is it an Actant server?");
        }
    }
}
