namespace Actant.Journaling;

/// <summary>Names of scopes.</summary>
internal static class ScopePath
{
    /// <summary>The scope of a nested graph.</summary>
    public static string OfNode(string path, string activation) => path.Length == 0 ? activation : $"{path}/{activation}";

    /// <summary>The scope of a sub-agent that was called as a tool.</summary>
    public static string OfCall(string path, string activation, string callId) => $"{OfNode(path, activation)}:{Uri.EscapeDataString(callId)}";

    /// <summary>The scope and the activation of the call that a scope answers.</summary>
    public static (string Path, string Activation) CallerOf(string path)
    {
        var caller = path[..path.LastIndexOf(':')];
        var node = caller.LastIndexOf('/');
        return node < 0 ? ("", caller) : (caller[..node], caller[(node + 1)..]);
    }

    /// <summary>The scope and the activation around a scope that is not the thread's own.</summary>
    public static (string Path, string Activation) ParentOf(string path)
    {
        var node = path.LastIndexOf('/');
        var last = path[(node + 1)..];
        var call = last.IndexOf(':', StringComparison.Ordinal);
        return (node < 0 ? "" : path[..node], call < 0 ? last : last[..call]);
    }

    /// <summary>Whether a scope is this one or lies inside it.</summary>
    public static bool IsAtOrBelow(string path, string outer) =>
        outer.Length == 0 || path == outer || (path.StartsWith(outer, StringComparison.Ordinal) && (path[outer.Length] is '/' or ':'));
}
