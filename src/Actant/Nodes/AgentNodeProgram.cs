using Actant.Definitions;
using Actant.Expressions;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Tiers;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Nodes;

/// <summary>Calls a model, has the calls made that it demands, and calls again, until it answers without a demand.</summary>
internal sealed class AgentNodeProgram : NodeProgram
{
    private readonly Template? _instructions;
    private readonly NamedExpressions _seen;
    private readonly IChatClient _client;
    private readonly Dictionary<string, BoundTool> _tools;
    private readonly Dictionary<string, Delegate> _delegates;
    private readonly IReadOnlyList<AITool> _offers;
    private readonly byte[] _settings;

    public AgentNodeProgram(
        GraphNode node,
        Template? instructions,
        NamedExpressions seen,
        IChatClient client,
        IReadOnlyList<BoundTool> tools,
        IReadOnlyList<Delegate> delegates)
        : base(node)
    {
        _instructions = instructions;
        _seen = seen;
        _client = client;
        _tools = tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
        _delegates = delegates.ToDictionary(target => target.ToolName, StringComparer.Ordinal);
        _offers =
        [
            .. tools.Select(tool => AIFunctionFactory.CreateDeclaration(tool.Name, tool.Description, tool.Parameters)),
            .. delegates.Select(target => AIFunctionFactory.CreateDeclaration(target.ToolName, target.Description, Delegate.Parameters)),
        ];
        _settings = Fingerprints.Of(node.Definition.Model!, _offers);
    }

    public override Move Next(ActivationView view)
    {
        var state = view.State;
        if (state.Answer is { } answer && state.Calls.Count == 0)
        {
            return new Move.Finish(Node.Definition.Writes is { } key
                ? new NodeOutcome([new StateWrite(key, answer.Content)])
                : NodeOutcome.Done);
        }

        if (state.Answer is not null && state.Calls.Exists(call => !call.IsFinished))
        {
            return new Move.CallTools(state.Calls, call => Plan(call, view));
        }

        if (view.Tier.MaxIterations is { } most && state.Turns >= most && most < Node.Definition.MaxTurns)
        {
            return new Move.Finish(NodeOutcome.Failed(view.Failure(
                "tier_limit", $"{view.Tier.Named("MaxIterations")} allows `{Node.Name}` to ask its model {most} times in one run. {TierLimits.Advice}")));
        }

        if (state.Turns >= Node.Definition.MaxTurns)
        {
            return new Move.Finish(NodeOutcome.Failed(view.Failure(
                "recursion_limit", $"`{Node.Name}` asked its model {state.Turns} times without a final answer. Raise `max_turns`, or make the task smaller.")));
        }

        return CallModel(view);
    }

    private PlannedCall Plan(CallState call, ActivationView view) => new(
        call, _tools.GetValueOrDefault(call.Tool), _delegates.GetValueOrDefault(call.Tool)?.Open(view, call));

    private Move CallModel(ActivationView view)
    {
        var messages = new List<ChatMessage>(view.Scope.Messages.Count + 1);
        var instructions = "";
        if (_instructions is not null)
        {
            var text = _instructions.Render(view.Expressions);
            if (!text.IsSuccess)
            {
                return new Move.Finish(view.Failed(text.Error, $"The system prompt of `{Node.Name}`"));
            }

            instructions = text.Text;
            if (instructions.Length > 0)
            {
                messages.Add(new ChatMessage(ChatRole.System, instructions));
            }
        }

        string? values = null;
        if (Node.Definition.Sees == Sees.Values)
        {
            var (seen, fault) = _seen.Evaluate(view.Expressions, view.NewBudget());
            if (fault is { } why)
            {
                return new Move.Finish(NodeOutcome.Failed(view.Failure(why.Code, why.Message)));
            }

            values = JsonText.Of(JsonValues.With(null, seen));
        }

        var (conversation, trimmed) = Conversation.AddTo(messages, view, Node.Name, Node.Definition.Sees, values);
        return new Move.CallModel(new ModelRequest
        {
            Model = Node.Definition.Model!,
            Client = _client,
            Messages = messages,
            Tools = _offers,
            Speaker = Node.Name,
            Fingerprint = Fingerprints.Of(view.State.Base ?? view.Position, messages.Count, instructions, conversation, _settings) with { Trimmed = trimmed },
        });
    }
}
