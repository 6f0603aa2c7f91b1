namespace Actant.InMemory;

internal enum InMemoryReadiness
{
    /// <summary>Nothing to do, or leased.</summary>
    Idle,

    /// <summary>Waits for its due time.</summary>
    Sleeping,

    /// <summary>A take may have it.</summary>
    Ready,
}
