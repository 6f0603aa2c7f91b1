using Actant.Access;
using Actant.Api;

namespace Actant.AspNetCore.Tests;

/// <summary>What is mapped is the table of operations.</summary>
[Trait("Row", "I10")]
public sealed class RouteTests
{
    [Fact]
    public async Task Routes_OfOperations_AreAllMappedWithTheirRoles()
    {
        await using var server = await HttpServer.StartAsync();
        var routes = server.Routes.Where(static route => route.Metadata.GetMetadata<Operation>() is not null).ToList();

        // What a thread used has the address of what everything used.
        Assert.Equal(
            Operations.All.Except([Operations.ReadThreadUsage]).Select(static operation => operation.Name).Order(StringComparer.Ordinal),
            routes.Select(static route => route.Metadata.GetMetadata<Operation>()!.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(routes, static route => Assert.Equal(route.Metadata.GetMetadata<Operation>()!.Least, (Role)route.Metadata.OfType<Role>().Single()));
        Assert.Equal(Operations.ReadUsage.Least, Operations.ReadThreadUsage.Least);
    }
}
