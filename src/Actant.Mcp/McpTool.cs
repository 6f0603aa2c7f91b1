using System.Net;
using System.Text.Json;
using Actant.Definitions;
using Actant.HttpTools;
using Actant.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Tool = Actant.Tools.Tool;

namespace Actant.Mcp;

/// <summary>One tool of a server, as it was listed when its execution was submitted.</summary>
internal sealed class McpTool(ToolDefinition definition, McpToolSettings settings, McpToolType type, McpConnections connections) : Tool
{
    private static readonly JsonElement s_anything = JsonElement.Parse("""{"type":"object"}""");

    public override string Name => definition.Name;

    public override string Description => definition.Description;

    /// <summary>What the author knows of the server. What it says of itself was heeded when it was listed, where that is stricter.</summary>
    public override ToolClass Class => definition.SideEffects ?? ToolClass.Unsafe;

    public override string Version => settings.Listed ?? "";

    public override ToolLimits Limits => definition.Limits ?? base.Limits;

    public override JsonElement Parameters => definition.Parameters ?? s_anything;

    public override async ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var tenant = call.Context.Thread.Tenant;
        if (type.TargetOf(settings, tenant) is not { } target)
        {
            return ToolResult.NotDone(McpErrors.Unavailable, $"The MCP server of '{Name}' is not configured here any more; an operator can add it.");
        }

        var request = new CallToolRequestParams
        {
            Name = settings.Tool!,
            Arguments = call.Arguments.EnumerateObject().ToDictionary(static argument => argument.Name, static argument => argument.Value, StringComparer.Ordinal),
        };
        try
        {
            return await connections.AskAsync(
                target,
                tenant,
                async (session, token) => McpContent.ResultOf(await session.Client.CallToolAsync(request, token), Name, session.Secrets.Scrubber),
                cancellationToken);
        }
        catch (McpUnavailableException exception)
        {
            return ToolResult.NotDone(exception.Failure);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return Explain(exception, target.Name);
        }
    }

    /// <summary>What a lost or refused call means. Whether it happened nobody knows, unless somebody says that it did not.</summary>
    private ToolResult Explain(Exception exception, string server)
    {
        if (McpLink.FindEgress(exception) is { } egress)
        {
            return HttpExchange.IsOutcomeUnknown(egress) ? throw new ToolOutcomeUnknownException(egress.Failure.Message, exception)
                : egress.RequestLeft ? ToolResult.Failed(egress.Failure)
                : ToolResult.NotDone(egress.Failure);
        }

        return exception switch
        {
            // What a session did not know when it began to listen it did not do.
            McpProtocolException { ErrorCode: McpErrorCode.MethodNotFound or McpErrorCode.InvalidParams or McpErrorCode.InvalidRequest or McpErrorCode.ParseError } refused =>
                ToolResult.NotDone(McpErrors.Refused, $"The MCP server '{server}' refused '{settings.Tool}': {refused.Message}"),
            McpProtocolException failed => ToolResult.Failed(McpErrors.ToolFailed, $"The MCP server '{server}' failed at '{settings.Tool}': {failed.Message}"),
            HttpRequestException { StatusCode: HttpStatusCode.NotFound } => ToolResult.NotDone(
                McpErrors.Unavailable, $"The MCP server '{server}' does not know the session any more; there is a new one next time.", transient: true),
            HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable } busy => ToolResult.NotDone(
                McpErrors.Unavailable, $"The MCP server '{server}' answered with status {(int)busy.StatusCode!}.", transient: true),
            HttpRequestException { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError } no => ToolResult.NotDone(
                McpErrors.Refused, $"The MCP server '{server}' answered with status {(int)no.StatusCode!}."),
            _ => throw new ToolOutcomeUnknownException($"The MCP server '{server}' was lost before it answered.", exception),
        };
    }
}
