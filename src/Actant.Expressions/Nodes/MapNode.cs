using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

internal sealed class MapNode(int position, Node[] keys, Node[] members) : Node(position, [.. keys, .. members])
{
    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value)
    {
        value = default;
        var map = new OrderedDictionary<string, ExpressionValue>(keys.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            if (!keys[i].TryEvaluate(ref evaluation, out var key))
            {
                return false;
            }

            if (key.Kind != ExpressionValueKind.String)
            {
                return evaluation.Fail(
                    ExpressionErrorCodes.Type,
                    $"A key is of type {key.Kind.Name()}, not string.",
                    keys[i].Position,
                    keys[i].Path);
            }

            if (!evaluation.TryReadText(key, keys[i].Position, out var name)
                || !members[i].TryEvaluate(ref evaluation, out var member))
            {
                return false;
            }

            if (!map.TryAdd(name, member))
            {
                return evaluation.Fail(
                    ExpressionErrorCodes.InvalidArgument, "The map has the same key twice.", keys[i].Position, keys[i].Path);
            }
        }

        value = ExpressionValue.FromMembers(map);
        return true;
    }
}
