namespace Actant.Api;

/// <summary>What one request holds of the room for all of them.</summary>
public sealed class RequestBytes : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TenantBudget _budget;
    private readonly TenantId _tenant;
    private long _held;
    private bool _isLeft;

    internal RequestBytes(TenantBudget budget, TenantId tenant) => (_budget, _tenant) = (budget, tenant);

    /// <summary>Makes sure that there is room for a request of so many bytes in all; why not, if there is none.</summary>
    public Refusal? Hold(long bytes)
    {
        lock (_lock)
        {
            var more = bytes - RequestRoom.FreeBytes - _held;
            if (more <= 0)
            {
                return null;
            }

            ObjectDisposedException.ThrowIf(_isLeft, this);
            switch (_budget.TryTake(_tenant, more))
            {
                case TenantBudget.Outcome.Taken:
                    _held += more;
                    return null;
                case TenantBudget.Outcome.TenantFull:
                    return new Refusal(RefusalCodes.TooManyRequests, "The tenant has as many bytes of requests under way as it may: wait for some to end, or send fewer large ones at once.");
                default:
                    return new Refusal(RefusalCodes.TooManyRequests, "As many bytes of requests are under way as this server may hold: send it again later.");
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_isLeft)
            {
                _isLeft = true;
                _budget.Give(_tenant, _held);
            }
        }
    }
}
