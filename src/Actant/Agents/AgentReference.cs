using System.Globalization;

namespace Actant.Agents;

/// <summary>How an agent is named from outside: an id or a name, and behind <c>@</c> a version or a label.</summary>
internal readonly record struct AgentReference(string IdOrName, long? Version, string? Label)
{
    public static AgentReference Parse(string text)
    {
        var at = text.LastIndexOf('@');
        if (at <= 0 || at == text.Length - 1)
        {
            return new AgentReference(text, null, null);
        }

        var behind = text[(at + 1)..];
        return long.TryParse(behind, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new AgentReference(text[..at], version, null)
            : new AgentReference(text[..at], null, behind);
    }
}
