using Actant.Executions;
using Actant.InMemory;
using Actant.LanguageModels;
using Actant.Postgres;
using Actant.Sqlite;
using Actant.Storage;
using Actant.Tools;

namespace Actant.Benchmarks.Loads;

/// <summary>An engine that runs, on a store of its own that is deleted with it.</summary>
internal sealed class LoadEngine : IAsyncDisposable
{
    private readonly string? _folder;

    private LoadEngine(IActantStore store, string? folder, int most)
    {
        _folder = folder;
        Store = store;
        Engine = new ActantEngine(
            store,
            new ToolRegistry([]),
            new ModelProviders([new ScriptedModelProvider(TimeProvider.System)]),
            new EngineOptions { MaxConcurrentExecutions = most });
    }

    public IActantStore Store { get; }

    public ActantEngine Engine { get; }

    public ExecutionClient Client => Engine.For(TenantId.Default);

    public ITenantStore Tenant => Store.For(TenantId.Default);

    /// <summary>Transactions committed so far; 0 in memory.</summary>
    public long Commits => Store is SqliteStore sqlite ? sqlite.Writer.Commits : 0;

    public static Task<LoadEngine> InMemoryAsync(int most) =>
        StartAsync(new LoadEngine(new InMemoryStore(TimeProvider.System, IdGenerator.System), null, most));

    /// <summary>On SQLite with <c>synchronous=FULL</c>, in a new folder that goes with the engine.</summary>
    public static async Task<LoadEngine> OnSqliteAsync(BenchmarkOptions options, int most)
    {
        var folder = TemporaryFolder(options);
        return await StartAsync(new LoadEngine(await OpenAsync(folder), folder, most));
    }

    /// <summary>On SQLite in a folder that stays.</summary>
    public static async Task<LoadEngine> OnSqliteAsync(string folder, int most) => await StartAsync(new LoadEngine(await OpenAsync(folder), null, most));

    /// <summary>On PostgreSQL, in a schema that stays.</summary>
    public static async Task<LoadEngine> OnPostgresAsync(PostgresStoreOptions options, int most) => await StartAsync(await QueueOnPostgresAsync(options, most));

    /// <summary>The same, not started: what is submitted waits.</summary>
    public static async Task<LoadEngine> QueueOnPostgresAsync(PostgresStoreOptions options, int most) =>
        new(await PostgresStore.OpenAsync(options, TimeProvider.System, IdGenerator.System, CancellationToken.None), null, most);

    public static string TemporaryFolder(BenchmarkOptions options) =>
        Directory.CreateDirectory(Path.Combine(options.Data, $"actant-bench-{Guid.NewGuid():N}")).FullName;

    public static Task<SqliteStore> OpenAsync(string folder) =>
        SqliteStore.OpenAsync(new SqliteStoreOptions { DataFolder = folder }, TimeProvider.System, IdGenerator.System, CancellationToken.None);

    /// <summary>Runs an agent to its end, as a caller in the same process does.</summary>
    public async Task<ExecutionResult> ExecuteAsync(SubmitRequest request)
    {
        var reply = await Client.SubmitAsync(request, CancellationToken.None);
        if (!reply.IsDone)
        {
            throw new InvalidOperationException(reply.Refusal.Message);
        }

        var result = await Client.WaitAsync(reply.Value.Id, CancellationToken.None);
        return result.Record.Status == ExecutionStatus.Completed ? result : throw new InvalidOperationException($"{result.Record.Status}: {result.Record.Failure?.Message}");
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await Store.DisposeAsync();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static async Task<LoadEngine> StartAsync(LoadEngine engine)
    {
        await engine.Engine.StartAsync(CancellationToken.None);
        return engine;
    }
}
