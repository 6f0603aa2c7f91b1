using Npgsql;

namespace Actant.Acceptance.Clusters;

/// <summary>
/// What keeps a cluster right, and how it is switched off: in the database itself, where the protection stands. No program of ours can
/// run without it.
/// </summary>
internal sealed class Protection
{
    private readonly (string Function, string Text, string Instead)[] _changes;

    private Protection(params (string Function, string Text, string Instead)[] changes) => _changes = changes;

    /// <summary>
    /// Who appends must hold the thread, and must have seen all of its journal: the epoch and the position. Without them whoever
    /// appends is believed, and what it writes goes to the end.
    /// </summary>
    public static Protection Fencing { get; } = new(
        ("actant_append", "WHERE p.ordinary[i] AND", "WHERE false AND"),
        ("actant_append_each", "holds := t.holder IS NOT NULL AND t.epoch = p.epoch[i];", "holds := true;"),
        (
            "actant_append_each",
            """
                  IF p.position[i] <> t.position + 1 THEN
                    outcomes[i] := 2;
                    EXIT item;
                  END IF;
            """,
            "      p.position[i] := t.position + 1;\n"));

    /// <summary>What comes again, because nobody knew whether it had arrived, is recognised by its ids. Without that it is one append more.</summary>
    public static Protection Recognition { get; } = new(
        ("actant_append_each", "IF actant_first_id(found) = actant_first_id(p.entries[i]) THEN", "IF false THEN"));

    /// <summary>Takes the protection away from a schema; fails when there is nothing that looks like it.</summary>
    /// <returns>What brings it back.</returns>
    public async Task<Func<Task>> SwitchOffAsync(string connectionString, string schema)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = schema }.ConnectionString;
        var whole = new List<string>();
        foreach (var function in _changes.GroupBy(change => change.Function))
        {
            // Those that the nodes call stand in a schema of their own; those of the first scripts are left where they were.
            var definition = (await RunAsync(address, $"""
                SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE p.proname = '{function.Key}' AND starts_with(n.nspname, '{schema}_')
                """))!;
            whole.Add(definition);
            foreach (var (_, text, instead) in function)
            {
                var parts = definition.Split(text);
                Assert.True(parts.Length == 2, $"{function.Key} has {parts.Length - 1} times: {text}");
                definition = string.Join(instead, parts);
            }

            await RunAsync(address, definition);
        }

        return async () =>
        {
            foreach (var definition in whole)
                await RunAsync(address, definition);
        };
    }

    private static async Task<string?> RunAsync(string address, string sql)
    {
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string;
    }
}
