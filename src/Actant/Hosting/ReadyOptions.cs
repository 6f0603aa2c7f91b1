namespace Actant.Hosting;

/// <summary>When a process is ready.</summary>
public sealed class ReadyOptions
{
    /// <summary>Whether a broker that is away makes the process not ready, instead of degraded. No by default.</summary>
    public bool RequireBrokers { get; set; }
}
