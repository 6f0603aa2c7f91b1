using Actant.InMemory;
using Actant.Testing;
using Actant.Testing.Storage;

namespace Actant.Postgres.Tests;

public sealed class ComparisonTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task AnyOperations_InMemoryAndPostgres_AnswerTheSame(int first)
    {
        for (var seed = first * 1000; seed < (first * 1000) + 5; seed++)
        {
            var (one, two) = (new ManualTimeProvider(), new ManualTimeProvider());
            await using var expected = new StoreFixture(new InMemoryStore(one, new SequentialIdGenerator()), one);
            await using var actual = new StoreFixture(
                await PostgresStore.OpenAsync(cluster.NewOptions(), TimeProvider.System, two, new SequentialIdGenerator(), default), two);

            await new StoreComparison(expected, actual, seed).RunAsync(500);
        }
    }
}
