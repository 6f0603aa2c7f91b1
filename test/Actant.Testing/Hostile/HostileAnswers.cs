using System.Text.Json;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Testing.Hostile;

/// <summary>
/// What models and tools answer, by the seed and by what they are asked: the same question has the same answer in every process, so that
/// an execution can be compared with itself.
/// </summary>
internal static class HostileAnswers
{
    /// <summary>Answers a call of a model.</summary>
    public static void Answer(int seed, ModelCall call)
    {
        var values = new HostileValues(HashCode(seed, call.Messages.Count, call.Messages.Sum(static message => message.Contents.Count)));
        if (values.OnceIn(15))
        {
            call.Say(values.Text());
            call.Fail(values.Of("model_unavailable", "", "model_rejected"), transient: values.OnceIn(2), values.Of<long?>(null, 0, null, -1));
            return;
        }

        for (var i = values.Next(4); i > 0; i--)
        {
            call.Say(values.Text());
        }

        if (call.Messages.Count < 24 && !values.OnceIn(3))
        {
            for (var i = values.Next(5); i > 0; i--)
            {
                call.Demand(values.Of("call_0", "call_0", "", values.ShortText(), new string('i', 5000)), Name(values), values.Value());
            }
        }

        call.Finish(values.Of("", "done", values.ShortText()));
    }

    /// <summary>The tools: the same arguments have the same result.</summary>
    public static IReadOnlyList<Tool> Tools(int seed) =>
    [
        new HostileTool(seed, "look_up", ToolClass.Pure), new HostileTool(seed, "upsert", ToolClass.Idempotent), new HostileTool(seed, "charge", ToolClass.Unsafe),
    ];

    /// <summary>What a call gives, whoever makes it and whether it is made at all.</summary>
    public static ToolResult Result(int seed, string tool, JsonElement arguments)
    {
        var values = new HostileValues(HashCode(seed, tool.Length, arguments.GetRawText().Length));
        return values.Next(8) switch
        {
            0 => ToolResult.Failed(values.Of("", "card_declined", values.ShortText(), "engine_fault"), values.Text()),
            1 => ToolResult.Succeeded(values.Text()),
            _ => ToolResult.Succeeded(values.Value()),
        };
    }

    private static string Name(HostileValues values) => values.Of("look_up", "upsert", "charge", "careful", "unheard_of", "", "look up", values.ShortText(), new string('n', 300));

    /// <summary>Not the framework's, which differs from process to process.</summary>
    private static int HashCode(params ReadOnlySpan<int> parts)
    {
        var hash = 17;
        foreach (var part in parts)
        {
            hash = unchecked((hash * 486_187_739) + part);
        }

        return hash;
    }

    private sealed class HostileTool(int seed, string name, ToolClass toolClass) : Tool
    {
        public override string Name => name;

        public override string Description => "A tool on a bad day.";

        public override JsonElement Parameters { get; } = JsonElement.Parse("""{"type":"object"}""");

        public override ToolClass Class => toolClass;

        public override ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken) => new(Result(seed, name, call.Arguments));
    }
}
