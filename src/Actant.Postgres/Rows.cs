using Actant.Storage;
using Npgsql;

namespace Actant.Postgres;

/// <summary>Short ways to read what a statement answers.</summary>
internal static class Rows
{
    public static DateTimeOffset Time(this NpgsqlDataReader row, int column) => new(row.GetFieldValue<DateTime>(column));

    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static long? LongOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static int? IntOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    public static Guid? IdOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    public static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static string[] Texts(this NpgsqlDataReader row, int column) => row.GetFieldValue<string[]>(column);

    public static string[]? TextsOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Texts(column);

    public static DateOnly Date(this NpgsqlDataReader row, int column) => row.GetFieldValue<DateOnly>(column);

    public static bool? BoolOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetBoolean(column);

    public static byte[] Bytes(this NpgsqlDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    public static byte[]? BytesOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Bytes(column);

    public static BlobHash Hash(this NpgsqlDataReader row, int column) => new(Convert.ToHexStringLower(row.Bytes(column)));
}
