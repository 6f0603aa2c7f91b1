using Npgsql;
using NpgsqlTypes;

namespace Actant.Postgres;

/// <summary>Short ways to bind the values of a statement, in order, with their types: also what is null has one.</summary>
internal static class Parameters
{
    public static NpgsqlParameterCollection Int(this NpgsqlParameterCollection parameters, int? value) => parameters.Bind(NpgsqlDbType.Integer, value);

    public static NpgsqlParameterCollection Small(this NpgsqlParameterCollection parameters, short? value) => parameters.Bind(NpgsqlDbType.Smallint, value);

    public static NpgsqlParameterCollection Long(this NpgsqlParameterCollection parameters, long? value) => parameters.Bind(NpgsqlDbType.Bigint, value);

    public static NpgsqlParameterCollection Bool(this NpgsqlParameterCollection parameters, bool? value) => parameters.Bind(NpgsqlDbType.Boolean, value);

    public static NpgsqlParameterCollection Id(this NpgsqlParameterCollection parameters, Guid? value) => parameters.Bind(NpgsqlDbType.Uuid, value);

    public static NpgsqlParameterCollection Text(this NpgsqlParameterCollection parameters, string? value) => parameters.Bind(NpgsqlDbType.Text, value);

    public static NpgsqlParameterCollection Date(this NpgsqlParameterCollection parameters, DateOnly value) => parameters.Bind(NpgsqlDbType.Date, value);

    public static NpgsqlParameterCollection Span(this NpgsqlParameterCollection parameters, TimeSpan value) => parameters.Bind(NpgsqlDbType.Interval, value);

    public static NpgsqlParameterCollection Time(this NpgsqlParameterCollection parameters, DateTimeOffset? value) =>
        parameters.Bind(NpgsqlDbType.TimestampTz, value?.UtcDateTime);

    public static NpgsqlParameterCollection Hash(this NpgsqlParameterCollection parameters, Storage.BlobHash? value) =>
        parameters.Bind(NpgsqlDbType.Bytea, value.ToBytes());

    public static NpgsqlParameterCollection Bytes(this NpgsqlParameterCollection parameters, ReadOnlyMemory<byte>? value) =>
        parameters.Bind(NpgsqlDbType.Bytea, value);

    /// <summary>Without this, what is null would become memory that is empty.</summary>
    public static NpgsqlParameterCollection Bytes(this NpgsqlParameterCollection parameters, byte[]? value) => parameters.Bind(NpgsqlDbType.Bytea, value);

    public static NpgsqlParameterCollection Array<T>(this NpgsqlParameterCollection parameters, NpgsqlDbType type, List<T> values)
    {
        parameters.Add(new NpgsqlParameter<List<T>> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        return parameters;
    }

    /// <summary>A hash as it is stored: 32 bytes.</summary>
    public static byte[]? ToBytes(this Storage.BlobHash? hash) => hash is { } present ? Convert.FromHexString(present.Value) : null;

    private static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, NpgsqlDbType type, object? value)
    {
        parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
        return parameters;
    }
}
