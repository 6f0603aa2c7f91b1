using Microsoft.Extensions.DependencyInjection;

namespace Actant.AspNetCore;

/// <summary>
/// What endpoints are made of: services of the application, and internal types of this assembly, which are made here, once. So
/// an application registers nothing for them.
/// </summary>
internal sealed class EndpointServices(IServiceProvider application) : IServiceProvider
{
    private readonly Dictionary<Type, object> _own = [];

    public object? GetService(Type serviceType)
    {
        if (application.GetService(serviceType) is { } service)
        {
            return service;
        }

        if (serviceType.Assembly != typeof(EndpointServices).Assembly || serviceType.IsPublic || serviceType.IsAbstract)
        {
            return null;
        }

        if (!_own.TryGetValue(serviceType, out var own))
        {
            own = ActivatorUtilities.CreateInstance(this, serviceType);
            _own.Add(serviceType, own);
        }

        return own;
    }
}
