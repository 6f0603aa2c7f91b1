using System.Reflection;
using System.Runtime.ExceptionServices;
using Actant.InMemory;
using Actant.Storage;

namespace Actant.AspNetCore.Tests;

/// <summary>A store in memory whose calls fail on request.</summary>
public sealed class StoreFaults
{
    public StoreFaults() => Store = Wrap<IActantStore>(new InMemoryStore(TimeProvider.System, IdGenerator.System));

    public IActantStore Store { get; }

    /// <summary>Says which calls fail, and how.</summary>
    public Func<MethodInfo, Exception?> Fault { get; set; } = static _ => null;

    private T Wrap<T>(T inner)
        where T : class
    {
        var wrapped = DispatchProxy.Create<T, Proxy>();
        var proxy = (Proxy)(object)wrapped;
        proxy.Inner = inner;
        proxy.Faults = this;
        return wrapped;
    }

    public class Proxy : DispatchProxy
    {
        internal object? Inner { get; set; }

        internal StoreFaults? Faults { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (Faults!.Fault(targetMethod!) is { } fault)
            {
                throw fault;
            }

            try
            {
                var result = targetMethod!.Invoke(Inner, args);
                return result switch
                {
                    ITenantStore tenant => Faults.Wrap(tenant),
                    IRecordStore records => Faults.Wrap(records),
                    _ => result,
                };
            }
            catch (TargetInvocationException exception)
            {
                ExceptionDispatchInfo.Throw(exception.InnerException!);
                throw;
            }
        }
    }
}
