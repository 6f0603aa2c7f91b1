namespace Actant.Mcp;

/// <summary>The stable codes of calls to MCP servers, beside those of all tools and of what leaves.</summary>
public static class McpErrors
{
    /// <summary>The tool says that it failed.</summary>
    public const string ToolFailed = "mcp_tool_failed";

    /// <summary>The server refuses the call, or does not know the tool any more.</summary>
    public const string Refused = "mcp_refused";

    /// <summary>The server cannot be started or reached, or waits to be started again.</summary>
    public const string Unavailable = "mcp_unavailable";

    /// <summary>The server was called and answered with what cannot be used.</summary>
    public const string UnexpectedAnswer = "mcp_unexpected_answer";
}
