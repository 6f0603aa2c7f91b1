using System.Globalization;
using Actant.Testing.Postgres;

namespace Actant.Acceptance.Clusters;

/// <summary>What a server with nothing to do asks of its database.</summary>
[Trait("Row", "X1")]
public sealed class IdleTests
{
    private const int Heartbeats = 5;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Serve_NothingToDo_SendsAtMostOneStatementASecond()
    {
        // The first columns of the log: when, and from which program.
        await using var database = await PostgresCluster.RunAsync(Path.GetTempPath(), "-c log_statement=all -c log_line_prefix=%n,%a,");
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(folder.Path, ("ACTANT__POSTGRES__CONNECTIONSTRING", database.ConnectionString));
        Assert.True((await server.ExecuteAsync("math-assistant", "What is 1 + 1?")).TryGetProperty("output", out _));

        // What the execution has left behind is over with the first of them.
        var statements = await StatementsAsync(database, static all => all.Count(IsHeartbeat) > Heartbeats);
        var first = statements.FindIndex(IsHeartbeat);
        var idle = statements[(first + 1)..(statements.FindLastIndex(IsHeartbeat) + 1)];
        var seconds = idle[^1].At - statements[first].At;

        Assert.True(idle.Count <= seconds, $"{idle.Count} statements in {seconds} s:\n{string.Join('\n', idle.Select(static statement => statement.Text))}");
    }

    private static bool IsHeartbeat((double At, string Text) statement) => statement.Text.Contains("actant_renew(", StringComparison.Ordinal);

    /// <summary>The server's statements, once they are enough.</summary>
    private static async Task<List<(double At, string Text)>> StatementsAsync(PostgresCluster database, Func<List<(double At, string Text)>, bool> areEnough)
    {
        using var late = new CancellationTokenSource(s_patience);
        while (true)
        {
            var lines = (await database.ReadLogAsync()).Select(static line => line.Split(',', 3));
            List<(double At, string Text)> statements =
            [
                .. lines.Where(static line => line is [_, "actant", _] && (line[2].Contains("execute ", StringComparison.Ordinal) || line[2].Contains("statement: ", StringComparison.Ordinal)))
                    .Select(static line => (double.Parse(line[0], CultureInfo.InvariantCulture), line[2])),
            ];
            if (areEnough(statements))
            {
                return statements;
            }

            await Task.Delay(200, late.Token);
        }
    }
}
