using System.Text;
using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

internal sealed class IndexNode(int position, Node operand, Node index) : Node(position, operand, index)
{
    public override string? Path { get; } =
        index is LiteralNode { Value.Kind: ExpressionValueKind.Integer } literal && operand.Path is { } path
            ? $"{path}[{literal.Value.GetInt64()}]"
            : null;

    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value)
    {
        value = default;
        if (!operand.TryEvaluate(ref evaluation, out var container) || !index.TryEvaluate(ref evaluation, out var key))
        {
            return false;
        }

        return (container.Kind, key.Kind) switch
        {
            (ExpressionValueKind.Null, _) => true,
            (ExpressionValueKind.Map, ExpressionValueKind.String) => TryGetMember(ref evaluation, container, key, out value),
            (ExpressionValueKind.List, ExpressionValueKind.Integer) =>
                TryGetItem(ref evaluation, container, key.GetInt64(), out value),
            (ExpressionValueKind.List, ExpressionValueKind.Double) when double.IsInteger(key.GetDouble()) =>
                TryGetItem(ref evaluation, container, (long)key.GetDouble(), out value),
            (ExpressionValueKind.List or ExpressionValueKind.Map, _) =>
                evaluation.FailType($"A {container.Kind.Name()} is not indexed by a {key.Kind.Name()}.", this, operand),
            _ => evaluation.FailType($"A {container.Kind.Name()} has no elements.", this, operand),
        };
    }

    private bool TryGetMember(
        ref Evaluation evaluation, in ExpressionValue map, in ExpressionValue key, out ExpressionValue value)
    {
        value = default;
        if (!evaluation.TrySpend(MapMembers.LookupCost(map), Position) || !evaluation.TryReadText(key, Position, out var name))
        {
            return false;
        }

        MapMembers.TryGet(map, name, map.IsJson ? Encoding.UTF8.GetBytes(name) : [], out value);
        return true;
    }

    private bool TryGetItem(ref Evaluation evaluation, in ExpressionValue list, long at, out ExpressionValue value)
    {
        value = default;
        if (at < 0 || at >= ListItems.Count(list))
        {
            return true;
        }

        if (!evaluation.TrySpend(ListItems.IndexCost(list, at), Position))
        {
            return false;
        }

        value = list.IsJson ? ExpressionValue.FromJson(list.Element[(int)at]) : list.Items[(int)at];
        return true;
    }
}
