using Actant.Journaling;

namespace Actant.Tests.Journaling;

/// <summary>The hashes of a conversation, however it was put together.</summary>
[Trait("Row", "X2")]
public sealed class MessageHashesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Copy_GoneOnWith_IsAsIfAllCameAtOnce(int count)
    {
        var whole = Of(Enumerable.Range(0, count));
        for (var cut = 0; cut <= count; cut += 13)
        {
            var first = Of(Enumerable.Range(0, cut));
            var gone = first.Copy();
            foreach (var i in Enumerable.Range(cut, count - cut))
            {
                gone.Add(Hash(i));
            }

            Assert.Equal(Read(whole), Read(gone));
            Assert.Equal(Read(Of(Enumerable.Range(0, cut))), Read(first));
        }
    }

    [Fact]
    public void Add_AnotherInAWholeBlock_Differs()
    {
        var changed = Of(Enumerable.Range(0, 100).Select(static i => i == 5 ? 500 : i));

        Assert.NotEqual(Read(Of(Enumerable.Range(0, 100))), Read(changed));
        Assert.NotEqual(Read(Of(Enumerable.Range(0, 100))), Read(Of(Enumerable.Range(0, 64).Reverse().Concat(Enumerable.Range(64, 36)))));
    }

    private static MessageHashes Of(IEnumerable<int> numbers)
    {
        var hashes = new MessageHashes();
        foreach (var i in numbers)
        {
            hashes.Add(Hash(i));
        }

        return hashes;
    }

    private static byte[] Hash(int i) => System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i));

    private static string Read(MessageHashes hashes) => $"{Convert.ToHexString(hashes.Folded)} {string.Join(' ', hashes.Rest.Select(Convert.ToHexString))}";
}
