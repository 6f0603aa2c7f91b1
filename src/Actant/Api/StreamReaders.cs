using System.Globalization;

namespace Actant.Api;

/// <summary>Counts who follows executions here, so that nobody takes all there is.</summary>
internal sealed class StreamReaders(StreamLimits? limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TenantId, int> _ofTenants = [];
    private int _all;

    public StreamLimits Limits { get; } = limits ?? new StreamLimits();

    /// <summary>A place for one reader, until it is disposed of; refused if there is none.</summary>
    public Reply<IDisposable> Enter(TenantId tenant)
    {
        lock (_lock)
        {
            var own = _ofTenants.GetValueOrDefault(tenant);
            if (own >= Limits.MaxReadersPerTenant || _all >= Limits.MaxReaders)
            {
                var most = Math.Min(Limits.MaxReadersPerTenant, Limits.MaxReaders).ToString(CultureInfo.InvariantCulture);
                return Reply<IDisposable>.Refused(
                    "too_many_readers",
                    own >= Limits.MaxReadersPerTenant ? $"The tenant follows executions {most} times at once already." : "The server is followed by as many readers as it may have.");
            }

            _ofTenants[tenant] = own + 1;
            _all++;
        }

        return Reply<IDisposable>.Done(new Place(this, tenant));
    }

    private void Leave(TenantId tenant)
    {
        lock (_lock)
        {
            _all--;
            if (--_ofTenants[tenant] == 0)
            {
                _ofTenants.Remove(tenant);
            }
        }
    }

    private sealed class Place(StreamReaders readers, TenantId tenant) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
            {
                readers.Leave(tenant);
            }
        }
    }
}
