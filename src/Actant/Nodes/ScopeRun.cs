using Actant.Graphs;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>A scope that is being run: its graph and how far its planner is. Rebuilt from the fold after a crash.</summary>
internal sealed class ScopeRun
{
    private ScopeRun(string path, GraphProgram program, ScopeRun? parent, Activation? caller, string? callId)
    {
        Path = path;
        Program = program;
        Parent = parent;
        Caller = caller;
        CallId = callId;
        Planner = new StepPlanner(program.Graph);
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>What runs.</summary>
    public GraphProgram Program { get; }

    /// <summary>The scope around it.</summary>
    public ScopeRun? Parent { get; }

    /// <summary>The activation of the scope around it that waits for it.</summary>
    public Activation? Caller { get; }

    /// <summary>The call that it answers, if it is a sub-agent.</summary>
    public string? CallId { get; }

    /// <summary>What follows what.</summary>
    public StepPlanner Planner { get; }

    /// <summary>Begins a scope, or goes on where the journal ends: the activations that are to be looked at.</summary>
    public static (ScopeRun Run, IReadOnlyList<Activation> Running) Open(
        string path, GraphProgram program, ScopeState state, ScopeRun? parent = null, Activation? caller = null, string? callId = null)
    {
        var run = new ScopeRun(path, program, parent, caller, callId);
        var running = run.Planner.Begin().ToDictionary(activation => activation.Name, StringComparer.Ordinal);
        foreach (var ended in state.Ended)
        {
            foreach (var next in run.Planner.Finish(running[ended.Name], ended.Live, ended.Succeeded))
            {
                running.Add(next.Name, next);
            }

            running.Remove(ended.Name);
        }

        return (run, [.. running.Values]);
    }
}
