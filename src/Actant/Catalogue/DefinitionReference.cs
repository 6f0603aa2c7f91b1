using System.Globalization;

namespace Actant.Catalogue;

/// <summary>How a definition is named from outside: an id or a name, and behind <c>@</c> a version or a label.</summary>
internal readonly record struct DefinitionReference(string IdOrName, long? Version, string? Label)
{
    public static DefinitionReference Parse(string text)
    {
        var at = text.LastIndexOf('@');
        if (at <= 0 || at == text.Length - 1)
        {
            return new DefinitionReference(text, null, null);
        }

        var behind = text[(at + 1)..];
        return long.TryParse(behind, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new DefinitionReference(text[..at], version, null)
            : new DefinitionReference(text[..at], null, behind);
    }
}
