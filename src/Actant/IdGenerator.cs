namespace Actant;

/// <summary>Makes every id of the house, so that tests can make them repeatable.</summary>
public class IdGenerator(TimeProvider time)
{
    /// <summary>Time-ordered ids from the given clock.</summary>
    public static IdGenerator System { get; } = new(TimeProvider.System);

    /// <summary>A new UUIDv7.</summary>
#pragma warning disable RS0030 // The one place that may.
    public virtual Guid Next() => Guid.CreateVersion7(time.GetUtcNow());
#pragma warning restore RS0030
}
