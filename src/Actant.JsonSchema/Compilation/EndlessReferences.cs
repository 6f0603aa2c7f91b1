namespace Actant.Schemas;

/// <summary>
/// Finds cycles of schemas that are applied to the same instance: evaluating them would never end. Depth-first with a
/// stack of its own. Cycles through <c>$dynamicRef</c> are only known during evaluation, where the depth bound ends them.
/// </summary>
internal static class EndlessReferences
{
    public static void Find(IEnumerable<SchemaNode> nodes, ProblemList problems)
    {
        var finished = new Dictionary<SchemaNode, bool>(ReferenceEqualityComparer.Instance);
        var path = new Stack<(SchemaNode Node, IEnumerator<SchemaNode> Next)>();
        foreach (var start in nodes)
        {
            Enter(start);
            while (path.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    top.Next.Dispose();
                    finished[path.Pop().Node] = true;
                }
                else if (!Enter(top.Next.Current) && !finished[top.Next.Current])
                {
                    problems.Add(top.Node.Location.Path, $"endless reference: applies {top.Next.Current.Location.Path} to the same value, which leads back here");
                }
            }
        }

        bool Enter(SchemaNode node)
        {
            if (!finished.TryAdd(node, false))
            {
                return false;
            }

            path.Push((node, node.Keywords.SelectMany(keyword => keyword.InPlace).GetEnumerator()));
            return true;
        }
    }
}
