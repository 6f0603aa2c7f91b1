namespace Actant.Expressions.Nodes;

internal sealed class ListNode(int position, Node[] items) : Node(position, items)
{
    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value)
    {
        value = default;
        var values = new ExpressionValue[items.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!items[i].TryEvaluate(ref evaluation, out values[i]))
            {
                return false;
            }
        }

        value = ExpressionValue.FromItems(values);
        return true;
    }
}
