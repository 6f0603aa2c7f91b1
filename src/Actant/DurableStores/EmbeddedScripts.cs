using System.Reflection;

namespace Actant.DurableStores;

/// <summary>The SQL scripts that a store's assembly carries.</summary>
internal static class EmbeddedScripts
{
    /// <summary>The scripts of a folder below <c>Migrations</c>, in the order of their names, with line ends that no checkout changes.</summary>
    /// <param name="store">The assembly.</param>
    /// <param name="folder">Ends with <c>/</c>; empty for <c>Migrations</c> itself.</param>
    public static IEnumerable<(string Name, string Text)> Read(Assembly store, string folder) =>
        store.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal) && name.StartsWith(folder, StringComparison.Ordinal)
                && !name.AsSpan(folder.Length).Contains('/'))
            .Order(StringComparer.Ordinal)
            .Select(name => (name, Text(store, name)));

    private static string Text(Assembly store, string name)
    {
        using var reader = new StreamReader(store.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
