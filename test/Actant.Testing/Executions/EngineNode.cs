using Actant.Executions;

namespace Actant.Testing.Executions;

/// <summary>One engine on the store of a harness.</summary>
public sealed class EngineNode(ActantEngine engine, NodeStore store)
{
    public ActantEngine Engine => engine;

    public NodeStore Store => store;

    /// <summary>The client of the default tenant.</summary>
    public ExecutionClient Client => engine.For(TenantId.Default);

    /// <summary>Its process dies: nothing of it reaches the store any more. Others take over when the clock has passed its session.</summary>
    public void Kill() => store.Kill();
}
