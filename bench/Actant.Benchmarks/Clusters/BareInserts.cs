using Actant.Benchmarks.Loads;
using Npgsql;
using NpgsqlTypes;

namespace Actant.Benchmarks.Clusters;

/// <summary>
/// The rows of executions that wait, into tables with the same columns and indexes, and nothing decided about them. Each is a row that
/// the server has written, under a number, an id and a name of its own; the input is sent anew.
/// </summary>
internal sealed class BareInserts : IAsyncDisposable
{
    /// <summary>So that the database has work while a client reads its answer.</summary>
    public const int Connections = 2;

    /// <summary>Executions of each statement: those that 64 callers have under way, on so many connections.</summary>
    public const int Rows = 64 / Connections;

    private const string Generated = "marked";
    private readonly Stack<NpgsqlCommand> _commands = [];

    /// <param name="stage">The database.</param>
    /// <param name="schema">Where a server has accepted executions that wait.</param>
    public static async Task<BareInserts> OpenAsync(PostgresStage stage, string schema)
    {
        await stage.RunAsync($"""
            SET search_path = {schema};
            CREATE SEQUENCE bare_numbers START 1000000000;
            CREATE TABLE bare_threads (LIKE threads INCLUDING ALL) WITH (fillfactor = 70);
            CREATE TABLE bare_executions (LIKE executions INCLUDING ALL) WITH (fillfactor = 80);
            CREATE TABLE bare_inbox (LIKE inbox INCLUDING ALL);
            CREATE TABLE one_execution AS SELECT * FROM executions WHERE status = 0 ORDER BY number DESC LIMIT 1;
            CREATE TABLE one_thread AS SELECT * FROM threads WHERE id = (SELECT thread FROM one_execution);
            CREATE TABLE one_input AS SELECT * FROM inbox WHERE thread = (SELECT thread FROM one_execution);
            CHECKPOINT;
            """);
        var inserts = new BareInserts();
        for (var i = 0; i < Connections; i++)
        {
            inserts._commands.Push(await PrepareAsync(await stage.ConnectAsync(), schema));
        }

        return inserts;
    }

    /// <summary>One statement, and so one transaction.</summary>
    public async Task RunAsync()
    {
        NpgsqlCommand command;
        lock (_commands)
        {
            command = _commands.Pop();
        }

        var ids = Enumerable.Range(0, Rows).Select(static _ => Guid.CreateVersion7()).ToArray();
        command.Parameters[0].Value = ids;
        command.Parameters[1].Value = Array.ConvertAll(ids, static id => id.ToString("N"));
        await command.ExecuteNonQueryAsync();
        lock (_commands)
        {
            _commands.Push(command);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _commands)
        {
            await command.Connection!.DisposeAsync();
            await command.DisposeAsync();
        }
    }

    private static async Task<NpgsqlCommand> PrepareAsync(NpgsqlConnection connection, string schema)
    {
        var threads = await ColumnsAsync(connection, schema, "threads");
        var executions = await ColumnsAsync(connection, schema, "executions");
        var inbox = await ColumnsAsync(connection, schema, "inbox");
        await using var input = new NpgsqlCommand($"SELECT body FROM {schema}.one_input", connection);
        var body = (byte[])(await input.ExecuteScalarAsync())!;
        var command = new NpgsqlCommand(
            $"""
            WITH n AS MATERIALIZED (SELECT nextval('{schema}.bare_numbers') AS place, * FROM unnest($1, $2, $3) AS u (guid, called, said)),
            t AS (INSERT INTO {schema}.bare_threads ({Names(threads)})
              SELECT {Values(threads, ("id", "n.place"), ("name", "n.called"), ("current", "n.place"))} FROM n, {schema}.one_thread o),
            x AS (INSERT INTO {schema}.bare_executions ({Names(executions)})
              SELECT {Values(executions, ("number", "n.place"), ("id", "n.guid"), ("thread", "n.place"))} FROM n, {schema}.one_execution o)
            INSERT INTO {schema}.bare_inbox ({Names(inbox)})
              SELECT {Values(inbox, ("thread", "n.place"), ("execution", "n.guid"), ("body", "n.said"))} FROM n, {schema}.one_input o
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea, Value = Enumerable.Repeat(body, Rows).ToArray() });
        await command.PrepareAsync();
        return command;
    }

    private static async Task<string[]> ColumnsAsync(NpgsqlConnection connection, string schema, string table)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT array_agg(column_name::text) FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name = '{table}' AND column_name <> '{Generated}'", connection);
        return (string[])(await command.ExecuteScalarAsync())!;
    }

    private static string Names(string[] columns) => string.Join(", ", columns);

    private static string Values(string[] columns, params (string Column, string Value)[] own) =>
        string.Join(", ", columns.Select(column => own.FirstOrDefault(pair => pair.Column == column).Value ?? $"o.{column}"));
}
