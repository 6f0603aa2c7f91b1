using Actant.Nodes;
using Actant.Tools;

namespace Actant.Steps;

/// <summary>A step that is planned or under way: one attempt of a model or tool call.</summary>
internal abstract record RunningStep
{
    /// <summary>The scope of the activation.</summary>
    public required ScopeRun Run { get; init; }

    /// <summary>The activation.</summary>
    public required Graphs.Activation Activation { get; init; }

    /// <summary>From 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>On whose behalf.</summary>
    public required ToolContext Context { get; init; }

    /// <summary>What tells it from every other step of its execution.</summary>
    public abstract StepKey Key { get; }
}
