using System.Text.Json;
using Actant.Tools;

namespace Actant.Testing.Executions;

/// <summary>A tool that tells a <see cref="CallLedger"/> of each beginning.</summary>
internal sealed class LedgerTool(CallLedger ledger, Task? died, string name, ToolClass toolClass, Func<ToolCall, ToolResult> result) : Tool
{
    private static readonly JsonElement s_parameters = JsonElement.Parse("""{"type":"object"}""");

    public override string Name => name;

    public override string Description => $"A tool that is {toolClass}.";

    public override JsonElement Parameters => s_parameters;

    public override ToolClass Class => toolClass;

    public override async ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        await ledger.BeginAsync(call, toolClass, died);
        return result(call);
    }
}
