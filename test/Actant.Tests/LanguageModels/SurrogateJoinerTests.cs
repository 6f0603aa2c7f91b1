using System.Text;
using Actant.LanguageModels;

namespace Actant.Tests.LanguageModels;

/// <summary>Characters that a server tore apart between two chunks are whole again, however the bytes come.</summary>
[Trait("Row", "L2")]
public sealed class SurrogateJoinerTests
{
    private static readonly VendorFailures s_failures = new(new ModelEndpoint { Name = "test", Address = new Uri("https://models.example.org"), KeyVariable = "TEST_KEY" });

    [Theory]
    [InlineData("""{"a":"plain \n text"}""", """{"a":"plain \n text"}""")]
    [InlineData("""{"a":"\ud83d\ude00"}""", """{"a":"\ud83d\ude00"}""")]
    [InlineData("""{"a":"x\ud83d"}{"a":"\ude00y"}""", """{"a":"x"}{"a":"\ud83d\ude00y"}""")]
    [InlineData("""{"a":"\uD83D"}{"b":1}{"a":"\uDE00"}""", """{"a":""}{"b":1}{"a":"\uD83D\uDE00"}""")]
    [InlineData("""{"a":"\ud83dx"}""", """{"a":"\ufffdx"}""")]
    [InlineData("""{"a":"\ude00"}""", """{"a":"\ufffd"}""")]
    [InlineData("""{"a":"\ud83d\ud83d\ude00"}""", """{"a":"\ufffd\ud83d\ude00"}""")]
    [InlineData("""{"a":"\ud83d"}{"a":"\ud83d"}{"a":"\ude00"}""", """{"a":""}{"a":"\ufffd"}{"a":"\ud83d\ude00"}""")]
    [InlineData("""{"a":"\\ud83d"}{"a":"\\\ud83d"}{"a":"\ude00"}""", """{"a":"\\ud83d"}{"a":"\\"}{"a":"\ud83d\ude00"}""")]
    [InlineData("""{"a":"\u12"}""", """{"a":"\u12"}""")]
    [InlineData("""{"a":"\ud8""", """{"a":"\ud8""")]
    [InlineData("""{"a":"\""", """{"a":"\""")]
    public async Task Read_TornCharacters_AreJoinedHoweverTheBytesCome(string sent, string read)
    {
        for (var size = 1; size <= sent.Length; size++)
        {
            await using var stream = new AnswerStream(new Pieces(Encoding.UTF8.GetBytes(sent), size), s_failures);
            using var reader = new StreamReader(stream, bufferSize: 128);

            Assert.Equal(read, await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void Read_IntoASmallBuffer_LosesNothing()
    {
        using var stream = new AnswerStream(new MemoryStream("""{"a":"\ud83d"}{"a":"\ude00"}"""u8.ToArray()), s_failures);
        var read = new List<byte>();
        var buffer = new byte[3];
        for (var count = stream.Read(buffer, 0, 3); count > 0; count = stream.Read(buffer, 0, 3))
        {
            read.AddRange(buffer[..count]);
        }

        Assert.Equal("""{"a":""}{"a":"\ud83d\ude00"}""", Encoding.UTF8.GetString([.. read]));
    }

    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }
}
