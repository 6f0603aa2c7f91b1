using System.Text.Json;
using System.Text.RegularExpressions;

namespace Actant.Testing.Vendors;

/// <summary>What vendors refuse alike in a request; each says it in its own words, so only the first complaint counts.</summary>
internal abstract partial class RequestRules
{
    private readonly List<string> _complaints = [];

    /// <summary>Why the request is refused; <c>null</c> if it is not.</summary>
    public string? FirstComplaint(JsonElement body)
    {
        Check(body);
        return _complaints.FirstOrDefault();
    }

    protected abstract void Check(JsonElement body);

    protected void Refuse(string complaint) => _complaints.Add(complaint);

    protected void RefuseIf(bool isWrong, string complaint)
    {
        if (isWrong)
        {
            _complaints.Add(complaint);
        }
    }

    /// <summary>Refuses the members of an object that are none of these.</summary>
    protected void Only(JsonElement value, string path, params ReadOnlySpan<string> names)
    {
        foreach (var member in value.EnumerateObject())
        {
            RefuseIf(!names.Contains(member.Name), $"{path}{member.Name}: extra inputs are not permitted");
        }
    }

    protected void Name(string? name, string path) =>
        RefuseIf(name is null || !ToolName().IsMatch(name), $"{path}: '{name}' does not match '^[a-zA-Z0-9_-]{{1,64}}$'");

    /// <summary>Refuses a list of tools that is empty or names one twice.</summary>
    protected void Names(JsonElement tools, Func<JsonElement, string?> nameOf)
    {
        var names = tools.EnumerateArray().Select(nameOf).ToList();
        RefuseIf(names.Count == 0, "tools: [] is too short");
        RefuseIf(names.Distinct(StringComparer.Ordinal).Count() < names.Count, "tools: tool names must be unique");
        names.ForEach(name => Name(name, "tools.name"));
    }

    protected static string? TextOf(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    protected static JsonElement? ListOf(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array ? member : null;

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$", RegexOptions.None, 1000)]
    private static partial Regex ToolName();
}
