namespace Actant.Api;

/// <summary>Counts the bytes of requests while they are under way, before they are read into memory.</summary>
/// <param name="limits">How many may be; as <see cref="BodyLimits"/> says by itself if absent.</param>
public sealed class RequestRoom(BodyLimits? limits = null)
{
    /// <summary>
    /// 16 KiB of each request are not counted: a connection takes as much in any case, and what is small (a cancellation, an answer) gets through
    /// while others fill all there is.
    /// </summary>
    public const int FreeBytes = 16 * 1024;

    private readonly TenantBudget _budget = new((limits ?? new BodyLimits()).MaxBytesPerTenant, (limits ?? new BodyLimits()).MaxBytes);

    /// <summary>What holds here.</summary>
    public BodyLimits Limits { get; } = limits ?? new BodyLimits();

    /// <summary>The bytes of all requests that are under way, without those that are not counted.</summary>
    public long Held => _budget.Held;

    /// <summary>Room for one request, until it is disposed of: at first for none that count.</summary>
    public RequestBytes Enter(TenantId tenant) => new(_budget, tenant);
}
