namespace Actant;

/// <summary>Chance for many at once: a plain <see cref="Random"/> that is asked by two threads at a time may give zeros for ever.</summary>
internal sealed class LockedRandom : Random
{
    private readonly Lock _lock = new();

    /// <inheritdoc />
    public override double NextDouble()
    {
        lock (_lock)
        {
            return base.NextDouble();
        }
    }
}
