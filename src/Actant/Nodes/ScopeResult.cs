using System.Text.Json;
using Actant.Graphs;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>What a scope gave when it ended.</summary>
/// <param name="Output">The last answer or value of its output nodes.</param>
/// <param name="MessageId">The message that the output is the text of, if it is one.</param>
/// <param name="Failure">Why it failed, if it did.</param>
internal sealed record ScopeResult(JsonElement Output, string? MessageId, Failure? Failure)
{
    /// <summary>A scope that failed.</summary>
    public static ScopeResult Failed(Failure failure) => new(default, null, failure);

    /// <summary>The result of a scope whose output nodes have run.</summary>
    public static ScopeResult Of(GraphProgram program, ScopeState scope)
    {
        var last = scope.Ended.FindLast(ended => ended.Succeeded && Activation.Parse(program.Graph, ended.Name).Node.IsOutput)!;
        var node = Activation.Parse(program.Graph, last.Name).Node;
        if (scope.Messages.FindLast(message => message.Activation == last.Name && message.Message.Role == Roles.Assistant) is { } answer)
        {
            return new ScopeResult(answer.Message.Content, answer.Message.Id, null);
        }

        foreach (var key in new[] { node.Definition.Writes, node.Name }.Concat(node.Definition.Set.Keys))
        {
            if (key is not null && scope.Values.TryGetValue(key, out var value))
            {
                return new ScopeResult(value, null, null);
            }
        }

        var text = scope.Messages.FindLast(message => message.Message.Role == Roles.Assistant);
        return new ScopeResult(text?.Message.Content ?? ActivationView.Text(""), text?.Message.Id, null);
    }
}
