namespace Actant.LanguageModels;

/// <summary>
/// The names of calls as vendors take them back: models call tools that do not exist by names that no tool could have, and a history with such a
/// name is refused, with everything that follows in its thread.
/// </summary>
internal static class CallNames
{
    private const int Longest = 64;
    private const string None = "unknown_tool";

    /// <summary>The name itself, if it could be a tool's; else the nearest to it that could.</summary>
    public static string Of(string name) => name.Length == 0 ? None
        : name.Length <= Longest && name.All(IsTaken) ? name
        : string.Concat(name.Take(Longest).Select(static c => IsTaken(c) ? c : '_'));

    private static bool IsTaken(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}
