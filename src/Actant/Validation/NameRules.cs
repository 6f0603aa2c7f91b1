using System.Buffers;
using Actant.Definitions;

namespace Actant.Validation;

/// <summary>What names look like: they stand in paths, URLs, metrics and models' tool lists.</summary>
internal static class NameRules
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly SearchValues<char> s_plain = SearchValues.Create(Alphabet);
    private static readonly SearchValues<char> s_spaced = SearchValues.Create(Alphabet + " ");

    public static void CheckAgent(string name, string path, ValidationRun validation) =>
        Check(name, path, "agent's name", DefinitionBounds.AgentNameLength, s_spaced, validation);

    public static void Check(string name, string path, string what, ValidationRun validation) =>
        Check(name, path, what, DefinitionBounds.NameLength, s_plain, validation);

    private static void Check(string name, string path, string what, int longest, SearchValues<char> allowed, ValidationRun validation)
    {
        if (validation.IsBroken(path))
        {
            return;
        }

        if (name.Length == 0 || name.Length > longest || name.AsSpan().ContainsAnyExcept(allowed) || name[0] == ' ' || name[^1] == ' ')
        {
            validation.Report(
                path,
                DefinitionErrors.InvalidName,
                $"`{JsonPath.Shorten(name)}` cannot be a{(what[0] == 'a' ? "n" : "")} {what}: use 1 to {longest} letters, digits, `-` and `_`{(allowed == s_spaced ? ", and blanks between them" : "")}.");
        }
    }
}
