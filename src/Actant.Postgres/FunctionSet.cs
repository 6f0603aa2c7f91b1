using System.Security.Cryptography;
using System.Text;
using Actant.DurableStores;

namespace Actant.Postgres;

/// <summary>
/// The functions of a release, <c>Migrations/functions</c>. They are never altered: a change of a script makes another set, whole, in a schema
/// of its own that is named by the scripts' hash. So nodes of two releases each call their own functions on the same tables.
/// </summary>
internal static class FunctionSet
{
    // A name of PostgreSQL has no more than 63 bytes; what was longer would be cut, hash first.
    private const int LongestName = 63;

    private static readonly Lazy<string> _script = new(() => string.Join('\n', EmbeddedScripts.Read(typeof(FunctionSet).Assembly, "functions/").Select(script => script.Text)));

    public static string Script => _script.Value;

    /// <summary>The schema that holds this release's functions for the tables of another schema.</summary>
    public static string SchemaFor(string schema) => SchemaFor(schema, Script);

    /// <summary>The schema that holds the functions of a script.</summary>
    public static string SchemaFor(string schema, string script)
    {
        var suffix = $"_{Hash(script)}";
        return schema.Length + suffix.Length <= LongestName ? schema + suffix : $"{schema[..(LongestName - suffix.Length - 13)]}_{Hash(schema)}{suffix}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
}
