using Actant.InMemory;
using Actant.Storage;
using Actant.Testing.Hostile;

namespace Actant.Tests.Executions;

[Trait("Row", "X1")]
[Trait("Row", "X6")]
public sealed class InMemoryHostileTests : HostileTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, Count)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Thread_WhateverIsSentAndWhoeverDies_ComesToTheSameEnd(int seed) => PlayAsync(seed);

    protected override Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        Task.FromResult<IActantStore>(new InMemoryStore(clock, ids));
}
