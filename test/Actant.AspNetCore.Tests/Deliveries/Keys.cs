using Actant.Secrets;

namespace Actant.AspNetCore.Tests.Deliveries;

/// <summary>Secrets that the test puts in.</summary>
internal sealed class Keys : Dictionary<string, string>, ISecretSource
{
    public ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        new(TryGetValue(name, out var value) ? new Secret(value) : null);

    public bool MayHave(TenantId tenant, string name) => ContainsKey(name);
}
