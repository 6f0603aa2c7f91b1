using Actant.Journaling;
using Actant.Sqlite;
using Actant.Storage;

namespace Actant.Examples.SurviveACrash;

/// <summary>Compares what the outside world saw with what the journal says. Knows nothing of how the engine decides.</summary>
internal static class Check
{
    private const int Steps = 12;

    /// <summary>Prints one line about a folder, and whatever is wrong there.</summary>
    /// <returns>0 when nothing is wrong.</returns>
    public static async Task<int> RunAsync(string folder)
    {
        var time = TimeProvider.System;
        await using var store = await SqliteStore.OpenAsync(new() { DataFolder = Path.Combine(folder, "data") }, time, IdGenerator.System, default);
        var tenant = store.For(TenantId.Default);
        var record = await tenant.FindExecutionAsync("twelve-steps", default);
        List<Entry> entries = [.. (await tenant.ReadAsync("twelve-steps", 1, 1000, default)).Select(stored => EntryCodec.Decode(stored))];
        var lines = new CallFile(folder, time).Read();
        List<string> faults = [.. OfExecution(record, entries), .. OfCalls(lines, entries)];
        foreach (var fault in faults)
        {
            await Console.Error.WriteLineAsync($"  {fault}");
        }

        Console.WriteLine(
            $"{entries.Count(entry => entry.Payload is Taken)} processes, {lines.Count(line => line.IsBegin)} calls begun for {Steps} steps, "
            + $"{entries.Count(entry => entry.Payload is Interrupted)} outcomes unknown: {(faults.Count == 0 ? "ok" : "FAILED")}");
        return faults.Count == 0 ? 0 : 1;
    }

    private static IEnumerable<string> OfExecution(ExecutionRecord? record, List<Entry> entries)
    {
        if (record?.Status != ExecutionStatus.Completed)
        {
            yield return $"The execution is {record?.Status}: {record?.Failure}";
        }

        var finished = entries.Select(entry => entry.Payload).OfType<ToolFinished>().Select(entry => entry.CallId).ToList();
        if (finished.Count != Steps || finished.Distinct(StringComparer.Ordinal).Count() != Steps)
        {
            yield return $"{finished.Count} ends of calls are stored: {string.Join(", ", finished)}";
        }

        foreach (var asked in entries.Select(entry => entry.Payload).OfType<Interrupted>().Where(asked => asked.Interrupt.Reason != InterruptReasons.ToolOutcomeUnknown))
        {
            yield return $"It asked for `{asked.Interrupt.Reason}`.";
        }
    }

    private static IEnumerable<string> OfCalls(IReadOnlyList<CallLine> lines, List<Entry> entries)
    {
        foreach (var call in lines.Where(line => line.IsBegin).GroupBy(line => line.CallId, StringComparer.Ordinal))
        {
            var ends = entries.Where(entry => entry.Payload is ToolFinished finished && finished.CallId == call.Key).ToList();

            // The end is dated when it came about, before it is stored: whatever began later began in spite of it.
            foreach (var late in call.Where(line => ends.Exists(end => line.At > end.At.ToUnixTimeMilliseconds())))
            {
                yield return $"{call.Key}: attempt {late.Attempt} began after the end of the call was stored.";
            }

            if (call.First().Class != "unsafe")
            {
                continue;
            }

            var asked = entries.Where(entry => entry.Payload is Interrupted interrupted && interrupted.Interrupt.CallId == call.Key).ToList();
            var retries = asked.Count(question => AnswerTo(question, entries) == "retry");
            if (call.Count() > 1 + retries)
            {
                yield return $"{call.Key}: an unsafe call began {call.Count()} times after {retries} answered retries.";
            }

            // An attempt that began has a stored end of its own, or somebody was asked.
            foreach (var attempt in call.Select(line => line.Attempt).Distinct().Where(attempt =>
                !ends.Exists(end => end.Attempt == attempt && end.Payload is ToolFinished { ByPerson: false })
                && !asked.Exists(question => question.Attempt == attempt)))
            {
                yield return $"{call.Key}: nobody was asked what became of attempt {attempt}.";
            }
        }
    }

    private static string? AnswerTo(Entry question, List<Entry> entries) => entries.Select(entry => entry.Payload).OfType<Resumed>()
        .FirstOrDefault(resumed => resumed.InterruptId == ((Interrupted)question.Payload).Interrupt.Id)?.Answer.GetProperty("decision").GetString();
}
