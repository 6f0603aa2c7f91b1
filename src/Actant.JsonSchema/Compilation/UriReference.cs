using System.Diagnostics.CodeAnalysis;

namespace Actant.Schemas;

internal static class UriReference
{
    /// <summary>The base of schemas that have no <c>$id</c>; never shown to users.</summary>
    public static Uri Anonymous { get; } = new("json-schema://anonymous/");

    /// <summary>Resolves a reference and drops its fragment.</summary>
    public static bool TryResolve(Uri baseUri, string reference, [NotNullWhen(true)] out Uri resolved)
    {
        var mark = reference.IndexOf('#', StringComparison.Ordinal);
        var withoutFragment = mark < 0 ? reference : reference[..mark];
        resolved = baseUri;
        if (withoutFragment.Length == 0)
        {
            return true;
        }

        // On Unix "/a" alone would be read as an absolute file path.
        var isAbsolute = withoutFragment[0] != '/' && Uri.TryCreate(withoutFragment, UriKind.Absolute, out resolved!);
        if (!isAbsolute && !Uri.TryCreate(baseUri, withoutFragment, out resolved!))
        {
            resolved = baseUri;
            return false;
        }

        return true;
    }
}
