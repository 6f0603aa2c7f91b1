namespace Actant.Tests.Executions;

/// <summary>Tests that count what the whole process allocates: nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CostCollection
{
    public const string Name = "costs";
}
