using Npgsql;

namespace Actant.Acceptance.Clusters;

/// <summary>
/// What keeps a cluster right, and how it is switched off: in the database itself, where the protection stands. No program of ours can
/// run without it.
/// </summary>
internal sealed class Protection
{
    private readonly (string Text, string Instead)[] _changes;

    private Protection(params (string Text, string Instead)[] changes) => _changes = changes;

    /// <summary>
    /// Who appends must hold the thread, and must have seen all of its journal: the epoch and the position. Without them whoever
    /// appends is believed, and what it writes goes to the end.
    /// </summary>
    public static Protection Fencing { get; } = new(
        ("holds := t.holder IS NOT NULL AND t.epoch = p_epoch[i];", "holds := true;"),
        (
            """
                  IF p_position[i] <> t.position + 1 THEN
                    outcomes[i] := 2;
                    EXIT item;
                  END IF;
            """,
            """
                  FOR k IN 0..p_entries[i] - 1 LOOP
                    e_position[e + k] := t.position + 1 + k;
                  END LOOP;
            """));

    /// <summary>What comes again, because nobody knew whether it had arrived, is recognised by its ids. Without that it is one append more.</summary>
    public static Protection Recognition { get; } = new(("IF found_id = e_id[e] THEN", "IF false THEN"));

    /// <summary>Takes the protection away from a schema; fails when there is nothing that looks like it.</summary>
    /// <returns>What brings it back.</returns>
    public async Task<Func<Task>> SwitchOffAsync(string connectionString, string schema)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = schema }.ConnectionString;
        var whole = await RunAsync(address, $"SELECT pg_get_functiondef('{schema}.actant_append'::regproc)");
        var without = whole!;
        foreach (var (text, instead) in _changes)
        {
            var parts = without.Split(text);
            Assert.True(parts.Length == 2, $"actant_append has {parts.Length - 1} times: {text}");
            without = string.Join(instead, parts);
        }

        await RunAsync(address, without);
        return () => RunAsync(address, whole!);
    }

    private static async Task<string?> RunAsync(string address, string sql)
    {
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string;
    }
}
