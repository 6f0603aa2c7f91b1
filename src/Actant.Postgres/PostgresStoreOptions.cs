using System.Buffers;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Actant.Postgres;

/// <summary>How to reach the database.</summary>
public sealed record PostgresStoreOptions
{
    private static readonly SearchValues<char> _schemaCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    // The listener, the sender, 4 lanes, and something for those who read.
    private const int LeastConnections = 8;
    private const int MostConnections = 1000;

    /// <summary>
    /// Npgsql's connection string; see <see cref="PostgresConnectionString"/>. A direct connection or a pooler in session mode:
    /// statements are prepared and wake-ups are listened for.
    /// </summary>
    public required string ConnectionString { get; init => field = CheckConnection(value); }

    /// <summary>
    /// Where the user and the password come from, if they may change while the process runs: asked for each connection, so it must answer at once. The
    /// connection string's own password is not used then. Connections of a user who is none any more are closed as they come free.
    /// </summary>
    public Func<PostgresLogin>? LoginSource { get; init; }

    /// <summary>
    /// The schema that holds Actant's tables; made where missing. Lower-case letters, digits and <c>_</c>; <c>actant</c> by default.
    /// </summary>
    public string Schema { get; init => field = CheckSchema(value); } = "actant";

    /// <summary>
    /// Commit lanes of this process, 1 to 4; by default one for each four processors. Each commits together what came while its last
    /// commit was under way: more lanes mean more commits, of fewer rows each.
    /// </summary>
    public int Lanes { get; init => field = OptionRange.Check(value, 1, 4); } = Math.Clamp(Environment.ProcessorCount / 4, 1, 4);

    /// <summary>
    /// How many connections this process has open at most, 8 to 1,000; 20 by default. A few stay open, the others come when many read
    /// at once. Further readers wait for a free one. What the connection string says (<c>Maximum Pool Size</c>) wins.
    /// </summary>
    public int Connections { get; init => field = OptionRange.Check(value, LeastConnections, MostConnections); } = 20;

    /// <summary>
    /// How long a call is repeated while the database is away, before its caller is told that the store is unavailable, and how long one
    /// try may take; 10 s by default. Only what the database recognises when it comes again is repeated. The <c>Command Timeout</c> and
    /// <c>Timeout</c> of the connection string win for one try.
    /// </summary>
    public TimeSpan RetryFor { get; init => field = OptionRange.Check(value, TimeSpan.Zero, OptionRange.LongestWait); } = TimeSpan.FromSeconds(10);

    /// <summary>Finds a connection string that could never work; opening a store does so too.</summary>
    /// <exception cref="ArgumentException">It is malformed, or has too few connections or too many.</exception>
    public static void Check(PostgresStoreOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        if (settings.ShouldSerialize("Maximum Pool Size"))
        {
            OptionRange.Check(settings.MaxPoolSize, LeastConnections, MostConnections, "Maximum Pool Size");
        }
    }

    // It may hold a password, which no message repeats.
    private static string CheckConnection(string value, [CallerMemberName] string option = "") =>
        !string.IsNullOrWhiteSpace(value) ? value : throw new ArgumentException($"{option} must name a database.", option);

    private static string CheckSchema(string value, [CallerMemberName] string option = "") =>
        value is { Length: > 0 and <= 63 } && char.IsAsciiLetterLower(value[0]) && !value.AsSpan().ContainsAnyExcept(_schemaCharacters)
            ? value
            : throw new ArgumentException($"{option} is '{value}', and must be up to 63 lower-case letters, digits and _, a letter first.", option);
}
