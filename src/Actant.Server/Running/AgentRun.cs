using System.Runtime.InteropServices;
using Actant.Api;
using Actant.Definitions;
using Actant.InMemory;
using Actant.Server.Hosting;
using Actant.Server.Plugins;
using Actant.Server.Settings;
using Actant.Sqlite;
using Actant.Storage;
using Spectre.Console;

namespace Actant.Server.Running;

/// <summary>Runs an agent once, in this process.</summary>
internal sealed class AgentRun(TextWriter output, TextWriter error)
{
    private const int MostQuestions = 100;

    public async Task<int> ExecuteAsync(RunRequest request, CancellationToken cancellationToken)
    {
        await using var parts = LocalParts.Open(request.Data ?? ServerSettings.DefaultData, error);
        if (parts is null)
        {
            return ExitCodes.BadInput;
        }

        IActantStore store;
        try
        {
            store = request.Data is null
                ? new InMemoryStore(TimeProvider.System, IdGenerator.System)
                : await SqliteStore.OpenAsync(new SqliteStoreOptions { DataFolder = request.Data }, TimeProvider.System, IdGenerator.System, cancellationToken);
        }
        catch (Exception exception) when (exception is DataFolderInUseException or DllNotFoundException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            await error.WriteLineAsync($"actant: {exception.Message}");
            return ExitCodes.BadInput;
        }

        await using (store)
        {
            if (request is { Data: not null, WithoutPlugins: false } && await PluginRecord.WhyNotAsync(store, parts.Plugins, cancellationToken) is { } why)
            {
                await error.WriteLineAsync($"actant: {why}");
                return ExitCodes.BadInput;
            }

            await using var engine = parts.CreateEngine(store, error);
            if (engine is null)
            {
                return ExitCodes.BadInput;
            }

            var (agent, problems) = await DefinitionFile.ReadAsync(request.File, engine, cancellationToken);
            if (agent is null)
            {
                foreach (var problem in problems)
                {
                    await error.WriteLineAsync(DefinitionFile.Describe(request.File, problem));
                }

                return ExitCodes.BadInput;
            }

            await engine.StartAsync(cancellationToken);
            var run = new LocalRun(engine, Caller.Machine with { UserId = LocalUser.Name });
            return await RunAsync(run, agent, request, cancellationToken);
        }
    }

    private async Task<int> RunAsync(LocalRun run, AgentDefinition agent, RunRequest request, CancellationToken cancellationToken)
    {
        var input = request.Input;
        var reply = await run.SubmitAsync(agent, new SubmitCommand { Input = input, Thread = request.Thread });
        if (!reply.IsDone)
        {
            foreach (var line in RefusalText.Of(reply.Refusal, request.Names))
            {
                await error.WriteLineAsync(line);
            }

            return ExitCodes.BadInput;
        }

        using var interrupt = CancelOn(PosixSignal.SIGINT, run);
        using var terminate = CancelOn(PosixSignal.SIGTERM, run);
        var result = request.Json
            ? await run.WaitAsync(cancellationToken)
            : await ShowAsync(run, cancellationToken);
        if (request.Json)
        {
            await output.WriteLineAsync(TerminalText.Json(System.Text.Encoding.UTF8.GetString(ExecuteResponse.Of(agent, result, input).ToJson())));
        }

        return result.Record.Status switch
        {
            ExecutionStatus.Completed => ExitCodes.Done,
            ExecutionStatus.Interrupted => await ExplainResumeAsync(result, request),
            _ => ExitCodes.Failed,
        };
    }

    private async Task<ExecutionResult> ShowAsync(LocalRun run, CancellationToken cancellationToken)
    {
        var console = RunConsole.Create(output);
        var view = new RunView(console);
        var follower = new RunFollower(view);
        using var seen = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = follower.FollowAsync(run.EventsAsync(seen.Token), seen.Token);
        var result = await run.WaitAsync(cancellationToken);
        for (var asked = 0; result.Record.Status == ExecutionStatus.Interrupted && RunConsole.IsInteractive && asked < MostQuestions; asked++)
        {
            await CatchUpAsync(run, follower, result, cancellationToken);
            ShowQuestionOfChild(run, view, result);
            await AnswerAsync(run, console, result, cancellationToken);
            result = await run.WaitAsync(cancellationToken);
        }

        await CatchUpAsync(run, follower, result, cancellationToken);
        ShowQuestionOfChild(run, view, result);
        await seen.CancelAsync();
        await following;
        view.ShowEnd(result);
        return result;
    }

    /// <summary>Its events are not followed here: they are those of another thread.</summary>
    private static void ShowQuestionOfChild(LocalRun run, RunView view, ExecutionResult result)
    {
        if (result.Record.Status == ExecutionStatus.Interrupted && !run.IsOwn(result.Record.Id))
        {
            view.ShowQuestion($"child {result.Record.Id}", result.Interrupts[0].Prompt);
        }
    }

    private static async Task CatchUpAsync(LocalRun run, RunFollower follower, ExecutionResult result, CancellationToken cancellationToken) =>
        await follower.CaughtUpAsync(result.Record.EndPosition ?? await run.PositionAsync(cancellationToken));

    private static async Task AnswerAsync(LocalRun run, IAnsiConsole console, ExecutionResult result, CancellationToken cancellationToken)
    {
        var question = result.Interrupts[0];
        var answer = await new Questioner(console).AskAsync(question, cancellationToken);
        var reply = await run.AnswerAsync(result.Record.Id, question.Id, answer, cancellationToken);
        if (!reply.IsDone)
        {
            console.MarkupLineInterpolated($"[red]{TerminalText.Field(reply.Refusal.Message)}[/]");
        }
    }

    private async Task<int> ExplainResumeAsync(ExecutionResult result, RunRequest request)
    {
        foreach (var line in OpenQuestions.Of(result.Record.Id.ToString(), result.Interrupts, request.Data is { } folder ? $" --data {folder}" : null))
        {
            await error.WriteLineAsync(line);
        }

        await error.WriteLineAsync(request.Data is null
            ? "It ends with this process. Run it with --data DIR to keep it, or in a terminal to be asked."
            : $"It goes on when a server runs on the folder: actant serve --data {request.Data}");
        return ExitCodes.Interrupted;
    }

    // The first signal ends the execution in good order, which then ends the program.
    private static PosixSignalRegistration CancelOn(PosixSignal signal, LocalRun run) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            _ = run.CancelAsync("interrupted at the terminal");
        });
}
