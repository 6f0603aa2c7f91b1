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
        _ => new StoreUnavailableException($"The database did not answer normally ({exception.Message}): repeat the call, which tells.", exception),
    };
}
