using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Actant.Benchmarks.Reports;
using Actant.Definitions;
using Actant.Executions;

namespace Actant.Benchmarks.Loads;

/// <summary>What conversations cost on SQLite: bytes beside the bytes of their messages, and the next turn beside the first.</summary>
internal static class ThreadRun
{
    private const int MessageBytes = 500;
    private const string Long = "long";
    private static readonly JsonElement s_input = LoadAgent.Input(MessageBytes);

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        var sizes = new Table("thread", "conversation", "turns", "message bytes", "entry bytes", "database bytes", "entries / messages", "database / messages");
        var times = new Table("turn", "next turn, median ms", "ms", "beside a new thread");
        var (some, many) = options.Quick ? (10, 30) : (200, 2000);
        await TalkAsync(options, sizes, "question and answer", LoadAgent.Talking(MessageBytes), some);
        await TalkAsync(options, sizes, "with a call of the calculator", LoadAgent.Calculating(MessageBytes), some);
        await TalkAsync(options, sizes, "with a call of the calculator", LoadAgent.Calculating(MessageBytes), many, times);
        report.Add(sizes);
        report.Add(times);
    }

    private static async Task TalkAsync(BenchmarkOptions options, Table sizes, string what, AgentDefinition agent, int turns, Table? times = null)
    {
        var folder = LoadEngine.TemporaryFolder(options);
        try
        {
            long empty, messages, entries;
            await using (await LoadEngine.OnSqliteAsync(folder, 4))
            {
            }

            empty = SizeOf(folder);
            await using (var engine = await LoadEngine.OnSqliteAsync(folder, 4))
            {
                for (var i = 0; i < turns; i++)
                {
                    await engine.ExecuteAsync(Turn(agent, Long));
                }

                messages = await MessageBytesAsync(engine);
                entries = await EntryBytesAsync(engine);
                if (times is not null)
                {
                    await CompareAsync(engine, agent, turns, options.Quick ? 5 : 50, times);
                }
            }

            // Closing has moved the write-ahead log into the file. The turns that were compared are in it too: few beside many.
            var database = SizeOf(folder) - empty;
            if (times is not null)
            {
                await AddColdAsync(folder, agent, turns, times);
            }

            sizes.Add(what, (long)turns, messages, entries, times is null ? database : "–", (double)entries / messages, times is null ? (double)database / messages : "–");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SubmitRequest Turn(AgentDefinition agent, string? thread) => new() { Definition = agent, Input = s_input, Thread = thread };

    private static async Task CompareAsync(LoadEngine engine, AgentDefinition agent, int turns, int samples, Table times)
    {
        var (onNew, onLong) = (new List<double>(), new List<double>());
        for (var i = 0; i < samples; i++)
        {
            onNew.Add(await TimeAsync(engine, Turn(agent, null)));
            onLong.Add(await TimeAsync(engine, Turn(agent, Long)));
        }

        onNew.Sort();
        onLong.Sort();
        var first = onNew[samples / 2];
        times.Add("on a new thread", first, 1.0);
        times.Add($"on a thread of {turns:N0} turns, folded before", onLong[samples / 2], onLong[samples / 2] / first);
    }

    /// <summary>After a restart the thread must be folded from what is stored: measured once, on the second thread that is run.</summary>
    private static async Task AddColdAsync(string folder, AgentDefinition agent, int turns, Table times)
    {
        await using var engine = await LoadEngine.OnSqliteAsync(folder, 4);
        await TimeAsync(engine, Turn(agent, null));
        var first = await TimeAsync(engine, Turn(agent, null));
        var cold = await TimeAsync(engine, Turn(agent, Long));
        times.Add($"on a thread of {turns:N0} turns, the first after a restart", cold, cold / first);
    }

    private static async Task<double> TimeAsync(LoadEngine engine, SubmitRequest request)
    {
        var started = Stopwatch.GetTimestamp();
        await engine.ExecuteAsync(request);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>What was said: the texts, and the arguments of calls.</summary>
    private static async Task<long> MessageBytesAsync(LoadEngine engine)
    {
        var view = await engine.Client.GetStateAsync(Long, null, CancellationToken.None) ?? throw new InvalidOperationException("The thread is gone.");
        return view.Messages.Sum(message => Encoding.UTF8.GetByteCount(message.Text)
            + (message.ToolCalls ?? []).Sum(call => (long)Encoding.UTF8.GetByteCount(call.Name + call.Arguments.GetRawText())));
    }

    private static async Task<long> EntryBytesAsync(LoadEngine engine)
    {
        var sum = 0L;
        for (long next = 1; ;)
        {
            var entries = await engine.Tenant.ReadAsync(Long, next, 500, CancellationToken.None);
            if (entries.Count == 0)
            {
                return sum;
            }

            sum += entries.Sum(entry => (long)entry.Body.Length);
            next = entries[^1].Position + 1;
        }
    }

    private static long SizeOf(string folder) => new DirectoryInfo(folder).EnumerateFiles("actant.db*").Sum(file => file.Length);
}
