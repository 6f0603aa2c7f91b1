using System.Reflection;

namespace Actant.Postgres;

/// <summary>The scripts that this release carries.</summary>
internal static class SchemaScripts
{
    /// <summary>The scripts of a folder below <c>Migrations</c>, in the order of their names, with line ends that no checkout changes.</summary>
    /// <param name="folder">Ends with <c>/</c>; empty for <c>Migrations</c> itself.</param>
    public static IEnumerable<(string Name, string Text)> Read(string folder)
    {
        var assembly = typeof(SchemaScripts).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal) && name.StartsWith(folder, StringComparison.Ordinal)
                && !name.AsSpan(folder.Length).Contains('/'))
            .Order(StringComparer.Ordinal)
            .Select(name => (name, Read(assembly, name)));
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
