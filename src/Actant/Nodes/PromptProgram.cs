using Actant.Expressions;
using Actant.Graphs;
using Actant.Journaling;
using Microsoft.Extensions.AI;

namespace Actant.Nodes;

/// <summary>Renders a template into the state; with a model, calls it once and writes the answer instead.</summary>
internal sealed class PromptProgram(GraphNode node, Template template, Template? instructions, IChatClient? client) : NodeProgram(node)
{
    private readonly byte[] _settings = node.Definition.Model is { } model ? Fingerprints.Of(model, []) : [];

    public override Move Next(ActivationView view)
    {
        if (view.State.Answer is { } answer)
        {
            return new Move.Finish(Write(answer.Text));
        }

        var text = template.Render(view.Expressions);
        if (!text.IsSuccess)
        {
            return new Move.Finish(view.Failed(text.Error, $"The template of `{Node.Name}`"));
        }

        if (client is null)
        {
            return new Move.Finish(Write(text.Text));
        }

        var said = "";
        var conversation = new List<ChatMessage>(2);
        if (instructions is not null)
        {
            var system = instructions.Render(view.Expressions);
            if (!system.IsSuccess)
            {
                return new Move.Finish(view.Failed(system.Error, $"The instructions of `{Node.Name}`"));
            }

            said = system.Text;
            conversation.Add(new ChatMessage(ChatRole.System, said));
        }

        var question = new ChatMessage(ChatRole.User, text.Text);
        conversation.Add(question);
        var hashes = new MessageHashes();
        hashes.Add(Fingerprints.Of(question));
        return new Move.CallModel(new ModelRequest
        {
            Model = Node.Definition.Model!,
            Client = client,
            Messages = conversation,
            Tools = [],
            Speaker = Node.Name,
            Fingerprint = Fingerprints.Of(view.Position, conversation.Count, said, hashes, _settings),
        });
    }

    private NodeOutcome Write(string text) => new([new StateWrite(Node.Definition.Writes ?? Node.Name, ActivationView.Text(text))]);
}
