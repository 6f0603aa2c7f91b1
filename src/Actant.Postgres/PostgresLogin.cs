namespace Actant.Postgres;

/// <summary>Who connects. A class, so that nothing prints the password by accident.</summary>
/// <param name="user">The user; that of the connection string where <c>null</c>.</param>
/// <param name="password">The password.</param>
public sealed class PostgresLogin(string? user, string password)
{
    /// <summary>The user; that of the connection string where <c>null</c>.</summary>
    public string? User { get; } = user;

    /// <summary>The password.</summary>
    public string Password { get; } = password;
}
