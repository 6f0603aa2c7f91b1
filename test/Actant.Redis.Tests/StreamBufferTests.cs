using System.Text;
using System.Text.Json;
using Actant.Events;

namespace Actant.Redis.Tests;

[Trait("Row", "I4")]
public sealed class StreamBufferTests : IDisposable
{
    private static readonly ThreadKey s_thread = new(TenantId.Default, "t");

    private readonly StreamBuffer _buffer = new(1024 * 1024);

    public void Dispose() => _buffer.Dispose();

    [Fact]
    public void Take_PiecesThatWaitTogether_AreOneMessage()
    {
        _buffer.Add(s_thread, Delta(0, "Hel"));
        _buffer.Add(s_thread, Delta(3, "lo"));

        var message = Assert.Single(_buffer.Take(int.MaxValue));

        Assert.Equal("langgraph:stream:t", message.Channel);
        Assert.Equal("""{"event_type":"on_llm_stream","data":{"token":"Hello","cumulative_text":"Hello"}}""", Text(message));
    }

    [Fact]
    public void Take_SomethingBetweenPieces_StaysBetween()
    {
        _buffer.Add(s_thread, Delta(0, "a"));
        _buffer.Add(s_thread, "x"u8.ToArray());
        _buffer.Add(s_thread, Delta(1, "b"));

        Assert.Equal(
            ["""{"event_type":"on_llm_stream","data":{"token":"a","cumulative_text":"a"}}""", "x", """{"event_type":"on_llm_stream","data":{"token":"b","cumulative_text":"ab"}}"""],
            _buffer.Take(int.MaxValue).Select(Text));
    }

    [Fact]
    public void Restart_Answer_RepeatsNothingOfWhatIsVoid()
    {
        _buffer.Add(s_thread, Delta(0, "void"));
        _buffer.Take(int.MaxValue);
        _buffer.Restart(s_thread, "m");
        _buffer.Add(s_thread, Delta(0, "new"));

        Assert.Equal("""{"event_type":"on_llm_stream","data":{"token":"new","cumulative_text":"new"}}""", Text(Assert.Single(_buffer.Take(int.MaxValue))));
    }

    [Fact]
    public void Take_LongAnswerPieceByPiece_BytesGrowWithItsLengthAndNothingIsMissing()
    {
        const int Pieces = 40_000;
        using var buffer = new StreamBuffer(64 * 1024 * 1024);
        var (bytes, messages, tokens) = (0L, 0, new StringBuilder());
        for (var i = 0; i < Pieces; i++)
        {
            buffer.Add(s_thread, Delta(i * 4, "abc "));
            Count(buffer.Take(int.MaxValue));
        }

        buffer.Settle(s_thread, "m");
        Count(buffer.Take(int.MaxValue));

        Assert.Equal(string.Concat(Enumerable.Repeat("abc ", Pieces)), tokens.ToString());
        Assert.InRange(bytes, 4L * Pieces, (1024 * 1024) + (66L * 4 * Pieces) + (200L * messages));
        Assert.InRange(messages, 500, 5000);
        Assert.Equal(0, buffer.Bytes);

        void Count(List<StreamMessage> taken)
        {
            foreach (var message in taken)
            {
                (bytes, messages) = (bytes + message.Body.Length, messages + 1);
                using var document = JsonDocument.Parse(message.Body);
                var data = document.RootElement.GetProperty("data");
                tokens.Append(data.GetProperty("token").GetString());
                Assert.Equal(tokens.Length, data.GetProperty("cumulative_text").GetString()!.Length);
            }
        }
    }

    [Fact]
    public void Add_MoreThanATenantMayHold_IsRefusedToItAndNotToOthers()
    {
        var (mine, others) = (new ThreadKey(new TenantId("a"), "t"), new ThreadKey(new TenantId("b"), "t"));
        var taken = Enumerable.Range(0, 100).Count(_ => _buffer.Add(mine, new byte[10_000]));

        Assert.InRange(taken, 20, 26);
        Assert.True(_buffer.Add(others, new byte[10_000]));
        Assert.InRange(_buffer.Bytes, 1, 300 * 1024);
    }

    [Fact]
    public async Task AddEnd_NoRoomForAnythingElse_IsPublishedBehindWhatWaits()
    {
        while (_buffer.Add(s_thread, new byte[10_000]))
        {
            // Until it is full.
        }

        var sent = new TaskCompletionSource<long?>();
        _buffer.AddEnd(s_thread, "end"u8.ToArray(), sent);
        var taken = _buffer.Take(int.MaxValue);
        taken[^1].Sent!.SetResult(1);

        Assert.Equal("end", Text(taken[^1]));
        Assert.Equal(1, await sent.Task);
        Assert.Equal(0, _buffer.Bytes);
    }

    [Fact]
    public void AddEnd_GivenUpWhileItWaits_IsNotPublished()
    {
        var sent = new TaskCompletionSource<long?>();
        _buffer.AddEnd(s_thread, "end"u8.ToArray(), sent);
        sent.SetResult(null);

        Assert.Empty(_buffer.Take(int.MaxValue));
    }

    [Fact]
    public void Leave_UnfinishedAnswer_HoldsNothing()
    {
        _buffer.Add(s_thread, Delta(0, new string('x', 50_000)));
        _buffer.Take(int.MaxValue);
        Assert.InRange(_buffer.Bytes, 100_000, 110_000);

        _buffer.Leave(s_thread);

        Assert.Equal(0, _buffer.Bytes);
    }

    [Fact]
    public void Add_AnswerWithoutRoom_LosesTheRestOfItAndGivesItsRoomBack()
    {
        _buffer.Add(s_thread, Delta(0, new string('x', 100_000)));

        Assert.False(_buffer.Add(s_thread, Delta(100_000, new string('x', 100_000))));

        Assert.Equal(0, _buffer.Bytes);
        Assert.False(_buffer.Add(s_thread, Delta(200_000, "x")));
        Assert.Empty(_buffer.Take(int.MaxValue));
    }

    [Theory]
    [InlineData("default", "t", "langgraph:stream:t")]
    [InlineData("acme", "t", "langgraph:tenant:acme:stream:t")]
    [InlineData("acme:stream:x", "t", "langgraph:tenant:acme%3Astream%3Ax:stream:t")]
    [InlineData("default", "acme:t", "langgraph:stream:acme:t")]
    public void Channel_OfATenantsThread_IsNobodyElses(string tenant, string thread, string channel) =>
        Assert.Equal(channel, StreamChannel.Of(new ThreadKey(new TenantId(tenant), thread)));

    private static string Text(StreamMessage message) => Encoding.UTF8.GetString(message.Body);

    private static AnswerDelta Delta(int offset, string text) => new()
    {
        Execution = new ExecutionId(Guid.Empty),
        Path = "",
        Activation = "main#1",
        MessageId = "m",
        Attempt = 1,
        Epoch = 1,
        Offset = offset,
        Text = text,
    };
}
