using Npgsql;

namespace Actant.Postgres.Tests;

public sealed class ConnectionStringTests
{
    [Fact]
    public void FromVariables_AllSet_AreUsed()
    {
        var read = Read(
            ("PG_HOST", "db"), ("DB_HOST", "other"), ("PG_PORT", "6000"), ("PG_USER", "u"), ("PG_PASSWORD", "p;'w"), ("PG_DATABASE", "d"));

        Assert.Equal(("db", 6000, "u", "p;'w", "d"), (read!.Host, read.Port, read.Username, read.Password, read.Database));
    }

    [Fact]
    public void FromVariables_OnlyAHost_HasDefaults()
    {
        var read = Read(("DB_HOST", "db"), ("PG_PORT", ""));

        Assert.Equal(("db", 5432, "postgres", null, "postgres"), (read!.Host, read.Port, read.Username, read.Password, read.Database));
    }

    [Fact]
    public void FromVariables_NoHost_IsNull() => Assert.Null(Read(("PG_USER", "u")));

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("x")]
    public void FromVariables_PortThatIsNone_IsRefused(string port) =>
        Assert.Throws<FormatException>(() => Read(("PG_HOST", "db"), ("PG_PORT", port)));

    private static NpgsqlConnectionStringBuilder? Read(params (string Name, string Value)[] variables)
    {
        var text = PostgresConnectionString.FromVariables(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
        return text is null ? null : new NpgsqlConnectionStringBuilder(text);
    }
}
