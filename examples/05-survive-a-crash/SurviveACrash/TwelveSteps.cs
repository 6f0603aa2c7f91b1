using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Sqlite;
using Actant.Tools;

namespace Actant.Examples.SurviveACrash;

/// <summary>Starts the execution, or goes on with it: the same call does both.</summary>
internal static class TwelveSteps
{
    /// <summary>Runs until the execution has ended.</summary>
    /// <param name="folder">Where the database and the file of calls are.</param>
    /// <param name="decision">What a person answers about a call whose outcome nobody knows.</param>
    /// <returns>0 when it completed.</returns>
    public static async Task<int> RunAsync(string folder, string decision)
    {
        var time = TimeProvider.System;
        var definition = DefinitionReader.Read(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "agent.yaml")), "agent.yaml").Definition!;
        var calls = new CallFile(folder, time);
        var tools = new ToolRegistry(((ToolClass[])[ToolClass.Pure, ToolClass.Idempotent, ToolClass.Unsafe])
            .Select(toolClass => new RecordingTool(toolClass, calls, time)));
        var models = new ModelProviders([new ScriptedModelProvider(time)]);

        await using var store = await SqliteStore.OpenAsync(new() { DataFolder = Path.Combine(folder, "data") }, time, IdGenerator.System, default);

        // Here a process that dies is no sign of a poisoned execution.
        await using var engine = new ActantEngine(store, tools, models, new EngineOptions { MaxCrashes = 1000 });
        await engine.StartAsync(default);
        var client = engine.For(TenantId.Default);

        // The key makes the first start and every later one the same request.
        var reply = await client.SubmitAsync(
            new SubmitRequest { Definition = definition, Input = JsonElement.Parse("\"Go\""), Thread = "twelve-steps", IdempotencyKey = "twelve-steps" }, default);
        await File.WriteAllTextAsync(Path.Combine(folder, "started"), "");
        while (true)
        {
            var result = await client.WaitAsync(reply.Value!.Id, default);
            if (result.Record.Status != ExecutionStatus.Interrupted)
            {
                return result.Record.Status == ExecutionStatus.Completed ? 0 : 1;
            }

            foreach (var interrupt in result.Interrupts)
            {
                if (interrupt.Reason != InterruptReasons.ToolOutcomeUnknown)
                {
                    return 1;
                }

                var answer = JsonElement.Parse($$"""{"decision":"{{decision}}"{{(decision == "happened" ? ""","result":"A person says that it is recorded." """ : "")}}}""");
                await client.ResumeAsync(reply.Value.Id, new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [interrupt.Id] = answer } }, default);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), time);
        }
    }
}
