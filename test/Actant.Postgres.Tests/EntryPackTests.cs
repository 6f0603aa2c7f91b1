using Actant.Storage;

namespace Actant.Postgres.Tests;

/// <summary>Packs are stored: what is written once is read for ever.</summary>
public sealed class EntryPackTests(PostgresCluster cluster)
{
    private const string Golden =
        "00112233445566778899AABBCCDDEEFF" + "0102030405060708090A0B0C0D0E0F10" + "00000003"
        + "FFEEDDCCBBAA99887766554433221100" + "00000000000000000000000000000000" + "00000000"
        + "616263";

    private static readonly EncodedEntry[] _entries =
    [
        new(new Guid("00112233-4455-6677-8899-aabbccddeeff"), new ExecutionId(new Guid("01020304-0506-0708-090a-0b0c0d0e0f10")), "abc"u8.ToArray()),
        new(new Guid("ffeeddcc-bbaa-9988-7766-554433221100"), null, ReadOnlyMemory<byte>.Empty),
    ];

    [Fact]
    public void Write_TwoEntries_AreTheBytesOfOld() => Assert.Equal(Golden, Convert.ToHexString(EntryPack.Write(_entries)));

    [Fact]
    public void Read_BytesOfOld_AreTheEntries()
    {
        var read = new List<StoredEntry>();

        EntryPack.Read(Convert.FromHexString(Golden), 2, position: 7, epoch: 5, from: 7, before: 9, read);

        Assert.Equal([7, 8], read.Select(entry => entry.Position));
        Assert.Equal(_entries.Select(Readable), read.Select(entry => Readable(new EncodedEntry(entry.Id, entry.Execution, entry.Body))));
        Assert.All(read, entry => Assert.Equal(5, entry.Epoch));
    }

    [Theory]
    [InlineData(8, 100, 8)]
    [InlineData(1, 8, 7)]
    public void Read_Part_LeavesTheRestOut(long from, long before, long only)
    {
        var read = new List<StoredEntry>();

        EntryPack.Read(EntryPack.Write(_entries), 2, position: 7, epoch: 1, from, before, read);

        Assert.Equal(only, Assert.Single(read).Position);
    }

    [Fact]
    public void Cut_BehindTheFirst_IsThePackOfTheFirst()
    {
        var pack = EntryPack.Write(_entries);

        Assert.Equal(EntryPack.Write(_entries[..1]), EntryPack.Cut(pack, 2, 1));
        Assert.Equal(pack, EntryPack.Cut(pack, 2, 2));
    }

    [Fact]
    public async Task Write_OneEntry_IsWhatTheDatabaseWrites()
    {
        var options = cluster.NewOptions();
        await PostgresSchema.MigrateAsync(options, default);

        var pack = await cluster.AskAsync<byte[]>(
            $"SELECT {options.Schema}.actant_pack('{_entries[0].Id}', '{_entries[0].Execution!.Value.Value}', 'abc')");

        Assert.Equal(EntryPack.Write(_entries[..1]), pack);
        Assert.Equal(_entries[0].Id, await cluster.AskAsync<Guid>($"SELECT {options.Schema}.actant_first_id('\\x{Convert.ToHexString(pack)}')"));
    }

    private static (Guid Id, ExecutionId? Execution, string Body) Readable(EncodedEntry entry) =>
        (entry.Id, entry.Execution, Convert.ToHexString(entry.Body.Span));
}
