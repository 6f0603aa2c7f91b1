using Actant.Storage;
using Actant.Testing.Hostile;

namespace Actant.Sqlite.Tests;

[Trait("Row", "X1")]
[Trait("Row", "X6")]
public sealed class SqliteHostileTests : HostileTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(101, Count)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Thread_WhateverIsSentAndWhoeverDies_ComesToTheSameEnd(int seed) => PlayAsync(seed);

    public void Dispose() => _folder.Dispose();

    protected override async Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        await SqliteStore.OpenAsync(_folder.Options, clock, ids, CancellationToken.None);
}
