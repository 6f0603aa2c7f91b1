namespace Actant.Mcp;

/// <summary>
/// An MCP server that definitions may name. Either a program, which speaks over its standard streams, or an address for Streamable HTTP. Each
/// tenant has a process or session of its own.
/// </summary>
public sealed record McpServerOptions
{
    private const int LongestText = 4096;

    /// <summary>How definitions name it: letters, digits, <c>_</c> and <c>-</c>, at most 64.</summary>
    public required string Name { get; init => field = OptionRange.CheckText(value, LongestText); }

    /// <summary>The program, by its path or as <c>PATH</c> finds it.</summary>
    public string? Command { get; init => field = value is null ? null : OptionRange.CheckText(value, LongestText); }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>
    /// Its environment, beside <c>PATH</c>: nothing else of this process's own is passed on. Values may hold <c>secret://NAME</c>, a secret of the
    /// tenant that the process is for.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder that it starts in; the temporary one by default.</summary>
    public string? Folder { get; init => field = value is null ? null : OptionRange.CheckText(value, LongestText); }

    /// <summary>The address of a server over HTTP, instead of a program.</summary>
    public string? Url { get; init => field = value is null ? null : OptionRange.CheckText(value, LongestText); }

    /// <summary>What is sent there with every request; values may hold <c>secret://NAME</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The tenants that may use it; all if empty.</summary>
    public IReadOnlySet<TenantId> Tenants { get; init; } = new HashSet<TenantId>();

    /// <summary>Which of its tools there are, by their names with <c>*</c> for any text; all if empty.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Which of those there are not.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>
    /// The most bytes of data that each of its processes may have (<c>RLIMIT_DATA</c>; of what it only reserves nothing counts). On Linux; 0 is no limit. 1 GiB by default.
    /// </summary>
    public long MemoryBytes { get; init => field = OptionRange.Check(value, 0, long.MaxValue); } = 1024L * 1024 * 1024;

    /// <summary>
    /// The most seconds of processor time that each of its processes may use before it is killed, to be started anew when it is next needed
    /// (<c>RLIMIT_CPU</c>). On Linux; 0 is no limit. 3,600 by default.
    /// </summary>
    public int CpuSeconds { get; init => field = OptionRange.Check(value, 0, int.MaxValue); } = 3600;

    internal bool IsFor(TenantId tenant) => Tenants.Count == 0 || Tenants.Contains(tenant);
}
