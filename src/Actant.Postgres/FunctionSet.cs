using System.Security.Cryptography;
using System.Text;

namespace Actant.Postgres;

/// <summary>
/// The functions of a release, <c>Migrations/functions</c>. They are never altered: a change of a script makes another set, whole, in a schema
/// of its own that is named by the scripts' hash. So nodes of two releases each call their own functions on the same tables.
/// </summary>
internal static class FunctionSet
{
    // A name of PostgreSQL has no more than 63 bytes; what was longer would be cut, hash first.
    private const int LongestName = 63;

    private static readonly Lazy<string> _script = new(() => string.Join('\n', SchemaScripts.Read("functions/").Select(script => script.Text)));

    private static readonly Lazy<string> _hash = new(() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_script.Value)))[..12]);

    public static string Script => _script.Value;

    /// <summary>The schema that holds this release's functions for the tables of another schema.</summary>
    public static string SchemaFor(string schema)
    {
        var suffix = $"_{_hash.Value}";
        if (schema.Length + suffix.Length <= LongestName)
            return schema + suffix;
        var own = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(schema)))[..12];
        return $"{schema[..(LongestName - suffix.Length - 13)]}_{own}{suffix}";
    }
}
