using System.Globalization;
using Npgsql;

namespace Actant.Postgres;

/// <summary>Makes a connection string of the variables that other systems use.</summary>
public static class PostgresConnectionString
{
    /// <summary>
    /// Reads <c>PG_HOST</c> (or <c>DB_HOST</c>), <c>PG_PORT</c>, <c>PG_USER</c>, <c>PG_PASSWORD</c> and <c>PG_DATABASE</c>; what is not set
    /// is <c>5432</c>, <c>postgres</c>, no password, and the user's name.
    /// </summary>
    /// <param name="read">Reads a variable, such as <see cref="Environment.GetEnvironmentVariable(string)"/>.</param>
    /// <returns>The connection string, or <c>null</c> when no host is set.</returns>
    /// <exception cref="FormatException">The port is not a number from 1 to 65535.</exception>
    public static string? FromVariables(Func<string, string?> read)
    {
        if ((Read("PG_HOST") ?? Read("DB_HOST")) is not { } host)
            return null;
        var user = Read("PG_USER") ?? "postgres";
        var builder = new NpgsqlConnectionStringBuilder { Host = host, Username = user, Database = Read("PG_DATABASE") ?? user };
        if (Read("PG_PORT") is { } port)
        {
            builder.Port = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536
                ? number
                : throw new FormatException($"PG_PORT is '{port}': a port is a number from 1 to 65535.");
        }

        if (Read("PG_PASSWORD") is { } password)
            builder.Password = password;
        return builder.ConnectionString;

        string? Read(string name) => read(name) is { Length: > 0 } value ? value : null;
    }
}
