using System.Text.Json;

namespace Actant.Schemas;

/// <summary>The metaschemas of draft 2020-12, embedded; read anew for each compilation that refers to one, which is rare.</summary>
internal static class MetaSchemas
{
    private const string Prefix = "https://json-schema.org/draft/2020-12/";

    public static bool TryFind(string uri, out JsonElement schema)
    {
        schema = default;
        var name = uri.StartsWith(Prefix, StringComparison.Ordinal) ? uri[Prefix.Length..] : "";
        using var stream = name.Length == 0
            ? null
            : typeof(MetaSchemas).Assembly.GetManifestResourceStream(name.Replace('/', '.'));
        if (stream is null)
        {
            return false;
        }

        using var document = JsonDocument.Parse(stream);
        schema = document.RootElement.Clone();
        return true;
    }
}
