using Actant.Expressions;
using Actant.Graphs;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>Asks a person and writes the answer to the state.</summary>
internal sealed class HumanProgram(GraphNode node, Template prompt) : NodeProgram(node)
{
    public override Move Next(ActivationView view)
    {
        if (view.Question(InterruptReasons.Human) is { } asked)
        {
            return asked.IsAnswered
                ? new Move.Finish(new NodeOutcome([new StateWrite(Node.Definition.Writes ?? Node.Name, asked.Answer)]))
                : Move.Wait;
        }

        var text = prompt.Render(view.Expressions);
        return text.IsSuccess
            ? new Move.Interrupt(new Interrupt
            {
                Id = "",
                Reason = InterruptReasons.Human,
                Prompt = text.Text,
                ResponseSchema = Node.Definition.ResponseSchema,
            })
            : new Move.Finish(view.Failed(text.Error, $"The prompt of `{Node.Name}`"));
    }
}
