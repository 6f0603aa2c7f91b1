using System.Reflection;
using Actant.Storage;

namespace Actant.Testing.Executions;

/// <summary>A tenant's part of a <see cref="NodeStore"/>: a dead process hands nothing in. What its clients ask for is the test's own doing.</summary>
public class NodeTenantStore : DispatchProxy
{
    private ITenantStore _inner = null!;
    private NodeStore _node = null!;

    internal static ITenantStore Around(ITenantStore inner, NodeStore node)
    {
        var proxy = Create<ITenantStore, NodeTenantStore>();
        ((NodeTenantStore)(object)proxy)._inner = inner;
        ((NodeTenantStore)(object)proxy)._node = node;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (_node.IsDead && args is [_, IReadOnlyList<Signal> signals, ..] && signals.Any(static signal => signal.Kind == SignalKind.Callback))
        {
            throw new StoreUnavailableException("The node is dead.");
        }

        if (args is [RewindRequest, ..])
        {
            _node.BeforeRewind?.Invoke();
        }

        return targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
