namespace Actant.Server.Running;

/// <summary>Why something was refused, as every command says it: each reason once, with its place, in the words of the command line.</summary>
internal static class RefusalText
{
    private static readonly Dictionary<string, string> s_lists = new()
    {
        ["agent_not_found"] = "actant agents list",
        ["execution_not_found"] = "actant executions list",
        ["thread_not_found"] = "actant threads list",
        ["token_not_found"] = "actant token list",
        ["delivery_not_found"] = "actant deliveries list",
    };

    /// <summary>The lines of it.</summary>
    /// <param name="refusal">What was said.</param>
    /// <param name="names">What the command calls the fields of its request: JSON path, or <c>?name</c>, to option or argument.</param>
    public static IEnumerable<string> Of(Refusal refusal, IReadOnlyDictionary<string, string> names)
    {
        // Where each fault is known, the message in front of them says only that there are some, or the first of them.
        if (refusal.Errors is { Count: > 0 } faults)
        {
            return faults.Select(fault => TerminalText.Field($"actant: {Place(fault.Path, fault.Message, names)} [{fault.Code}]"));
        }

        var where = s_lists.TryGetValue(refusal.Code, out var list) ? $" `{list}` shows those there are." : "";
        return [TerminalText.Field($"actant: {refusal.Message}{where} [{refusal.Code}]")];
    }

    private static string Place(string path, string message, IReadOnlyDictionary<string, string> names)
    {
        var known = names.Keys
            .Where(name => path.StartsWith(name, StringComparison.Ordinal) && path.AsSpan(name.Length) is [] or ['.' or '[', ..])
            .MaxBy(static name => name.Length);
        if (known is null)
        {
            return $"{path}: {message}";
        }

        var (name, field, rest) = (names[known], $"`{known.TrimStart('$', '.', '?')}`", path[known.Length..]);
        return rest.Length > 0 ? $"{name}: ${rest}: {message}"
            : message.StartsWith(field, StringComparison.Ordinal) ? $"{name}{message[field.Length..]}"
            : $"{name}: {message.Replace(field, name, StringComparison.Ordinal)}";
    }
}
