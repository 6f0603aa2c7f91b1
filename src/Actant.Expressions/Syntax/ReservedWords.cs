using System.Collections.Frozen;

namespace Actant.Expressions.Syntax;

internal static class ReservedWords
{
    // CEL keeps these free for the languages that embed it; members and methods may have such names.
    private static readonly FrozenSet<string> Words = FrozenSet.Create(
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace",
        "return", "var", "void", "while");

    public static bool Contains(string name) => Words.Contains(name);
}
