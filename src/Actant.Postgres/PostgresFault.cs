using Actant.Storage;
using Npgsql;

namespace Actant.Postgres;

/// <summary>What an error of the database means.</summary>
internal static class PostgresFault
{
    /// <summary>The database was away, or two transactions were in each other's way: the same again may well succeed.</summary>
    public static bool IsTransient(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } || IsAway(exception);

    /// <summary>The same without the unique row that somebody wrote at the same moment.</summary>
    public static bool IsAway(Exception exception) => exception switch
    {
        // Room is made by somebody, not by waiting: who asks is told at once.
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => false,
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => true,
        NpgsqlException { IsTransient: true } => true,
        NpgsqlException { InnerException: IOException or System.Net.Sockets.SocketException or TimeoutException or EndOfStreamException } => true,
        _ => false,
    };

    /// <summary>
    /// The database itself said no and nothing was stored: what is not recognised when it comes again may be repeated too. A unique row
    /// that somebody else wrote at the same moment is among these: the second try sees it.
    /// </summary>
    public static bool IsRolledBack(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation,
    };

    /// <summary>What the caller of a store is told.</summary>
    public static Exception ForCaller(Exception exception) => exception switch
    {
        PostgresException { SqlState: ['2', '2', ..] } refused =>
            new ArgumentException($"The database refused the data: {refused.MessageText}", nameof(exception), refused),
        _ => new StoreUnavailableException(
            $"The database did not answer normally{(RemedyOf(exception) is { } remedy ? $", {remedy}" : "")} ({exception.Message}). Repeat the call, which tells.",
            exception)
        {
            Remedy = RemedyOf(exception),
            IsFull = exception is PostgresException { SqlState: PostgresErrorCodes.DiskFull },
        },
    };

    /// <summary>What is wrong and how to mend it; <c>null</c> where that is not known.</summary>
    private static string? RemedyOf(Exception exception) => exception is not PostgresException refused
        ? "the database does not answer: see whether it runs and can be reached from here"
        : RemedyOf(refused.SqlState);

    private static string? RemedyOf(string state) => state switch
    {
        PostgresErrorCodes.DiskFull => "the database's disk is full: make room on its volume",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            "the database is read-only: name the primary and not a standby, and see whether its disk or quota is full",
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => "the database is damaged: restore a backup, or see PostgreSQL's log",
        PostgresErrorCodes.IoError => "the database's disk does not read or write: see PostgreSQL's log, and that of its operating system",
        PostgresErrorCodes.OutOfMemory => "the database has no memory left: give it more, or lower its settings",
        PostgresErrorCodes.TooManyConnections => "the database has no connection left: raise max_connections, or lower the pools of what shares it",
        PostgresErrorCodes.InsufficientPrivilege => "the user may not write: grant it the tables of the schema",
        _ => null,
    };
}
