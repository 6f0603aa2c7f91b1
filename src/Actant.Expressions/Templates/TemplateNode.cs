using System.Text;
using Actant.Expressions.Nodes;

namespace Actant.Expressions.Templates;

/// <summary>The whole template as one node, so that its holes share one evaluation and its budget.</summary>
internal sealed class TemplateNode(IReadOnlyList<TemplatePart> parts) : Node(position: 0)
{
    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value)
    {
        value = default;
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (part.Hole is { } hole)
            {
                if (!hole.TryEvaluate(ref evaluation, out var held)
                    || !TemplateText.TryAppend(ref evaluation, text, held, hole.Position))
                {
                    return false;
                }
            }
            else if (!TemplateText.TryAppend(ref evaluation, text, part.Text, Position))
            {
                return false;
            }
        }

        value = ExpressionValue.From(text.ToString());
        return true;
    }
}
