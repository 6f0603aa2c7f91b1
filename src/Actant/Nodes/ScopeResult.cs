using System.Text.Json;
using Actant.Definitions;
using Actant.Graphs;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>What a scope gave when it ended.</summary>
/// <param name="Output">The last answer or value of its output nodes; undefined if they gave none.</param>
/// <param name="MessageId">The message that the output is the text of, if it is one.</param>
/// <param name="Failure">Why it failed, if it did.</param>
internal sealed record ScopeResult(JsonElement Output, string? MessageId, Failure? Failure)
{
    /// <summary>Whether it gave something.</summary>
    public bool HasOutput => Output.ValueKind != JsonValueKind.Undefined;

    /// <summary>A scope that failed.</summary>
    public static ScopeResult Failed(Failure failure) => new(default, null, failure);

    /// <summary>
    /// The result of a scope whose output nodes have run: what this execution said or wrote, and nothing that was there before. Of
    /// each output node its last run counts; one that failed, and whose graph went on, has given nothing.
    /// </summary>
    /// <param name="program">The graph.</param>
    /// <param name="scope">Its state.</param>
    /// <param name="start">The first position of the execution.</param>
    public static ScopeResult Of(GraphProgram program, ScopeState scope, long start)
    {
        var seen = new HashSet<GraphNode>();
        var isGiven = false;
        for (var i = scope.Ended.Count - 1; i >= 0; i--)
        {
            var ended = scope.Ended[i];
            var node = Activation.Parse(program.Graph, ended.Name).Node;
            if (!ended.Succeeded || !node.IsOutput || !seen.Add(node) || ended.Failed)
            {
                continue;
            }

            isGiven = true;
            if (AnswerOf(scope, start, message => message.Activation == ended.Name) is { } answer)
            {
                return answer;
            }

            if (node.Definition.Output.Count > 1)
            {
                return new ScopeResult(JsonValues.With(null, node.Definition.Output.Keys.Where(scope.Has).Select(key => KeyValuePair.Create(key, scope.Value(key)))), null, null);
            }

            if (KeysOf(node.Definition).FirstOrDefault(key => scope.Written?.GetValueOrDefault(key) >= start && scope.Has(key)) is { } written)
            {
                return new ScopeResult(scope.Value(written), null, null);
            }
        }

        // An output node that says and writes nothing itself hands on what was said before it.
        return isGiven ? AnswerOf(scope, start, message => HasEndedWell(scope, message.Activation)) ?? None : None;
    }

    /// <summary>No output: nothing of this execution is one.</summary>
    private static ScopeResult None { get; } = new(default, null, null);

    private static IEnumerable<string> KeysOf(NodeDefinition node) =>
        new[] { node.Writes, node.Name }.OfType<string>().Concat(node.Set.Keys).Concat(node.Output.Keys);

    /// <summary>The last answer of this execution; one that demands calls is none.</summary>
    private static ScopeResult? AnswerOf(ScopeState scope, long start, Predicate<StateMessage> isWanted) =>
        scope.Messages.FindLast(message => message.Position >= start && message.Message is { Role: Roles.Assistant, ToolCalls: not { Count: > 0 } } && isWanted(message)) is { } answer
            ? new ScopeResult(answer.Message.Content, answer.Message.Id, null)
            : null;

    private static bool HasEndedWell(ScopeState scope, string? activation) =>
        activation is not null && scope.Ended.Exists(ended => ended.Name == activation && !ended.Failed);
}
