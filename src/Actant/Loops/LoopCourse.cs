using Actant.Storage;

namespace Actant.Loops;

/// <summary>What is decided about the run as a whole: that it ends, is left to another node, stops or drains.</summary>
internal sealed class LoopCourse
{
    /// <summary>How the execution ends; carried out before anything else is.</summary>
    public Ending? Ending { get; set; }

    /// <summary>What this process lacks to go on.</summary>
    public IReadOnlyList<string>? Missing { get; set; }

    /// <summary>Whether somebody stopped the execution: it ends no step, and asks whether to go on.</summary>
    public bool IsStopping { get; set; }

    /// <summary>The signal that stopped it, until it is consumed with the question that it leads to.</summary>
    public InboxSignal? Stop { get; set; }

    /// <summary>Whether the process stops.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Whether the lease was given back.</summary>
    public bool IsReleased { get; set; }

    /// <summary>Whether steps that run are only let end.</summary>
    public bool IsHalting => IsStopping || IsDraining;

    /// <summary>The execution fails, unless it ends otherwise already.</summary>
    public void Fail(Failure failure) => Ending ??= Ending.Failed(failure);

    /// <summary>Forgets what was decided from a state that was thrown away.</summary>
    public void StartOver()
    {
        (Ending, Stop, Missing) = (null, null, null);
        IsReleased = IsStopping = false;
    }
}
