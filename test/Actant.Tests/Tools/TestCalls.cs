using System.Text.Json;
using Actant.Definitions;
using Actant.Tools;

namespace Actant.Tests.Tools;

internal static class TestCalls
{
    public static ToolContext Context { get; } =
        new(new ThreadKey(TenantId.Default, "thread"), new ExecutionId(new Guid(1, 2, 3, new byte[8])), "agent", "node");

    public static ToolCall Of(string arguments) => new()
    {
        CallId = "call_0_0",
        Attempt = 1,
        IdempotencyKey = "key",
        Arguments = JsonElement.Parse(arguments),
        Context = Context,
    };

    public static BoundTool Bind(Tool tool, ToolDefinition? definition = null)
    {
        var registry = new ToolRegistry([tool]);
        if (definition is null)
        {
            Assert.True(registry.TryGet(tool.Name, out var own));
            return own;
        }

        Assert.True(registry.TryBind(definition, out var bound, out var problems), string.Join('\n', problems));
        return bound;
    }

    public static string Show(ToolResult result) =>
        result.Failure is { } failure ? $"{failure.Code}{(failure.Transient ? "*" : "")}: {failure.Message}" : result.Output!.Value.GetRawText();
}
