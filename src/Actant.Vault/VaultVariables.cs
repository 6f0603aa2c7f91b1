using System.Globalization;

namespace Actant.Vault;

/// <summary>Which variables of other systems the fields of which secrets stand for.</summary>
internal static class VaultVariables
{
    public const string Postgres = "postgres";

    public static IReadOnlyList<string> User { get; } = ["username", "user"];
    public static IReadOnlyList<string> Password { get; } = ["password"];

    /// <summary>The paths that are read, below the prefix.</summary>
    public static IReadOnlyList<string> Paths { get; } = [Postgres, "redis", "llm-providers/openai", "llm-providers/anthropic"];

    /// <summary>Which variable a field stands for; the first field that is there.</summary>
    public static IReadOnlyList<(string Variable, string Path, IReadOnlyList<string> Fields)> All { get; } =
    [
        ("PG_HOST", Postgres, ["host"]),
        ("PG_PORT", Postgres, ["port"]),
        ("PG_USER", Postgres, User),
        ("PG_PASSWORD", Postgres, Password),
        ("PG_DATABASE", Postgres, ["database", "dbname"]),
        ("REDIS_HOST", "redis", ["host"]),
        ("REDIS_PORT", "redis", ["port"]),
        ("REDIS_USERNAME", "redis", ["username", "user"]),
        ("REDIS_PASSWORD", "redis", ["password"]),
        ("OPENAI_API_KEY", "llm-providers/openai", ["api_key"]),
        ("ANTHROPIC_API_KEY", "llm-providers/anthropic", ["api_key"]),
    ];

    /// <summary>The first of some fields that is there.</summary>
    public static string? Find(IReadOnlyDictionary<string, string?>? secret, IReadOnlyList<string> fields) =>
        secret is null ? null : fields.Select(field => secret.GetValueOrDefault(field)).FirstOrDefault(static value => !string.IsNullOrEmpty(value));

    /// <summary>Fields that stand for variables and cannot.</summary>
    public static IEnumerable<string> WrongIn(string path, IReadOnlyDictionary<string, string?> secret)
    {
        foreach (var field in All.Where(variable => variable.Path == path).SelectMany(static variable => variable.Fields).Where(secret.ContainsKey))
        {
            if (secret[field] is not { } value)
            {
                yield return $"the field `{field}` of `{path}` is neither a text nor a number";
            }
            else if (field == "port" && !(ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0))
            {
                yield return $"the field `port` of `{path}` is no number from 1 to 65535";
            }
        }
    }

    /// <summary>Whether nothing of a secret has changed.</summary>
    public static bool AreSame(IReadOnlyDictionary<string, string?>? one, IReadOnlyDictionary<string, string?>? other) =>
        one is null ? other is null : other is not null && one.Count == other.Count && one.All(field => other.GetValueOrDefault(field.Key) == field.Value);
}
