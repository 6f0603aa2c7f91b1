using System.Buffers;
using Npgsql;

namespace Actant.Postgres;

/// <summary>How to reach the database.</summary>
public sealed record PostgresStoreOptions
{
    private static readonly SearchValues<char> _schemaCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    // The listener, the sender, 4 lanes, and something for those who read.
    private const int LeastConnections = 8;

    /// <summary>
    /// Npgsql's connection string; see <see cref="PostgresConnectionString"/>. A direct connection or a pooler in session mode:
    /// statements are prepared and wake-ups are listened for.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>
    /// The schema that holds Actant's tables; made where missing. Lower-case letters, digits and <c>_</c>; <c>actant</c> by default.
    /// </summary>
    public string Schema { get; init; } = "actant";

    /// <summary>
    /// Commit lanes of this process, 1 to 4; by default one for each four processors. Each commits together what came while its last
    /// commit was under way: more lanes mean more commits, of fewer rows each.
    /// </summary>
    public int Lanes { get; init; } = Math.Clamp(Environment.ProcessorCount / 4, 1, 4);

    /// <summary>
    /// How many connections this process has open at most, 8 to 1,000; 20 by default. A few stay open, the others come when many read
    /// at once. Further readers wait for a free one. What the connection string says (<c>Maximum Pool Size</c>) wins.
    /// </summary>
    public int Connections { get; init; } = 20;

    /// <summary>
    /// How long a write is repeated while the database is away, before its caller is told that the store is unavailable; 60 s by
    /// default. Only what the database recognises when it comes again is repeated.
    /// </summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Finds what could never work; opening a store does so too.</summary>
    /// <exception cref="ArgumentException">Something is missing, out of its range or malformed.</exception>
    public static void Check(PostgresStoreOptions options)
    {
        var (connection, lanes, schema) = (options.ConnectionString, options.Lanes, options.Schema);
        if (string.IsNullOrWhiteSpace(connection) || lanes is < 1 or > 4 || options.RetryFor < TimeSpan.Zero)
            throw new ArgumentException("A store needs a connection string, 1 to 4 lanes, and a time for which to retry.", nameof(options));
        if (schema is not { Length: > 0 and <= 63 } || !char.IsAsciiLetterLower(schema[0]) || schema.AsSpan().ContainsAnyExcept(_schemaCharacters))
            throw new ArgumentException("A schema's name has lower-case letters, digits and _, a letter first.", nameof(options));
        var settings = new NpgsqlConnectionStringBuilder(connection);
        if ((settings.ShouldSerialize("Maximum Pool Size") ? settings.MaxPoolSize : options.Connections) is < LeastConnections or > 1000)
            throw new ArgumentException($"A store needs {LeastConnections} to 1000 connections: it listens, wakes others and commits on some of them.", nameof(options));
    }
}
