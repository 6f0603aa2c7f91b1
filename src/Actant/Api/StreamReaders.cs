using System.Globalization;

namespace Actant.Api;

/// <summary>Counts who follows executions here.</summary>
internal sealed class StreamReaders(StreamLimits? limits)
{
    private readonly TenantBudget _places = new((limits ?? new StreamLimits()).MaxReadersPerTenant, (limits ?? new StreamLimits()).MaxReaders);

    public StreamLimits Limits { get; } = limits ?? new StreamLimits();

    /// <summary>A place for one reader, until it is disposed of; refused if there is none.</summary>
    public Reply<IDisposable> Enter(TenantId tenant) => _places.TryTake(tenant, 1) switch
    {
        TenantBudget.Outcome.Taken => Reply<IDisposable>.Done(new Place(_places, tenant)),
        TenantBudget.Outcome.TenantFull => Refused($"The tenant follows executions {Limits.MaxReadersPerTenant.ToString(CultureInfo.InvariantCulture)} times at once already."),
        _ => Refused("The server is followed by as many readers as it may have."),
    };

    private static Reply<IDisposable> Refused(string message) => Reply<IDisposable>.Refused("too_many_readers", message);

    private sealed class Place(TenantBudget places, TenantId tenant) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
            {
                places.Give(tenant, 1);
            }
        }
    }
}
