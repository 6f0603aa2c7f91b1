namespace Actant.Outbox;

/// <summary>The place of one try under way.</summary>
/// <param name="destination">Where it goes.</param>
/// <param name="tenant">Whose it is.</param>
/// <param name="since">When it began.</param>
internal sealed class TryPlace(DestinationState destination, TenantId tenant, DateTimeOffset since) : IDisposable
{
    private readonly CancellationTokenSource _cut = new();

    public DestinationState Destination { get; } = destination;

    public TenantId Tenant { get; } = tenant;

    public DateTimeOffset Since { get; } = since;

    /// <summary>Whether it counts among those that may take long.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Whether it has no place any more: it ended, or was cut short.</summary>
    public bool IsOver { get; set; }

    /// <summary>Others need the place.</summary>
    public CancellationToken Cut => _cut.Token;

    /// <summary>Ends the try, not on this thread: a lock is held.</summary>
    public void CutShort() => _ = _cut.CancelAsync();

    /// <inheritdoc />
    public void Dispose() => _cut.Dispose();
}
