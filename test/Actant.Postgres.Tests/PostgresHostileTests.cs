using Actant.Storage;
using Actant.Testing.Hostile;

namespace Actant.Postgres.Tests;

[Trait("Row", "X1")]
[Trait("Row", "X6")]
public sealed class PostgresHostileTests(PostgresCluster cluster) : HostileTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(201, Count)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Thread_WhateverIsSentAndWhoeverDies_ComesToTheSameEnd(int seed) => PlayAsync(seed);

    protected override async Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        await PostgresStore.OpenAsync(cluster.NewOptions(), TimeProvider.System, clock, ids, CancellationToken.None);
}
