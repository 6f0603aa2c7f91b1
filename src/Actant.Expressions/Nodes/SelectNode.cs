using System.Text;
using Actant.Expressions.Values;

namespace Actant.Expressions.Nodes;

/// <summary><c>operand.key</c>; also <c>operand["key"]</c>, which differs only in how it is written.</summary>
internal sealed class SelectNode(int position, Node operand, string key) : Node(position, operand)
{
    private readonly byte[] _utf8Key = Encoding.UTF8.GetBytes(key);

    public Node Operand => operand;

    public string Key => key;

    public override string? Path { get; } = operand.Path is { } path ? $"{path}.{key}" : null;

    protected override bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value) =>
        TryFind(ref evaluation, out _, out value);

    /// <summary>Tells a member that is null from one that is missing, which evaluation does not.</summary>
    public bool TryFind(ref Evaluation evaluation, out bool exists, out ExpressionValue value)
    {
        exists = false;
        if (!operand.TryEvaluate(ref evaluation, out var map))
        {
            value = default;
            return false;
        }

        value = default;
        if (map.IsNull)
        {
            return true;
        }

        if (map.Kind != ExpressionValueKind.Map)
        {
            return evaluation.FailType($"A {map.Kind.Name()} has no member '{key}'.", this, operand);
        }

        if (!evaluation.TrySpend(MapMembers.LookupCost(map), Position))
        {
            return false;
        }

        exists = MapMembers.TryGet(map, key, _utf8Key, out value);
        return true;
    }
}
