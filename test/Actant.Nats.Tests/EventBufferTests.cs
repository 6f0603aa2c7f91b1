using System.Text;
using System.Text.Json;
using Actant.Events;
using Actant.Journaling;

namespace Actant.Nats.Tests;

[Trait("Row", "I3")]
public sealed class EventBufferTests : IDisposable
{
    private const long MaxBytes = 64 * 1024;

    private static readonly ThreadKey s_thread = new(TenantId.Default, "t");

    private readonly EventBuffer _buffer = new(MaxBytes);

    public void Dispose() => _buffer.Dispose();

    [Fact]
    public void Take_PiecesThatWaitTogether_AreOneEventAtThePlaceOfTheLast()
    {
        _buffer.Add(s_thread, Piece(1, 0, "Hel"));
        _buffer.Add(s_thread with { Thread = "other" }, Piece(1, 0, "x"));
        _buffer.Add(s_thread, Piece(2, 3, "lo"));

        var taken = _buffer.Take(long.MaxValue);

        Assert.Equal(["t 7-2 Hello", "other 7-1 x"], taken.Select(Text));
        Assert.Equal(0, _buffer.Bytes);
    }

    [Fact]
    public void Take_WhatBelongsToAnotherAttempt_OrCameBehindSomethingElse_IsAnEventOfItsOwn()
    {
        _buffer.Add(s_thread, Piece(1, 0, "a"));
        _buffer.Add(s_thread, Piece(2, 0, "b", attempt: 2));
        _buffer.Add(s_thread, new StreamEvent.Stored(new Entry { Id = Guid.NewGuid(), Position = 8, At = DateTimeOffset.UnixEpoch, Payload = new Taken() }));
        _buffer.Add(s_thread, Piece(3, 1, "c", attempt: 2));
        Assert.Equal(["t 7-1 a", "t 7-2 b", "t 8-0 ", "t 7-3 c"], _buffer.Take(long.MaxValue).Select(Text));

        // What was taken cannot be added to any more.
        _buffer.Add(s_thread, Piece(4, 2, "d", attempt: 2));
        Assert.Equal("t 7-4 d", Text(Assert.Single(_buffer.Take(long.MaxValue))));
    }

    [Fact]
    public void Add_MoreThanATenantMayHold_IsRefused_AndOthersHaveRoom()
    {
        var kept = 0;
        while (_buffer.Add(s_thread, Piece(kept, kept * 1000, new string('x', 1000))))
        {
            kept++;
        }

        Assert.InRange(_buffer.Bytes, (MaxBytes / 4) - 3000, MaxBytes / 4);
        Assert.Equal((int)(_buffer.Bytes / 2000), kept);
        Assert.True(_buffer.Add(new ThreadKey(new TenantId("acme"), "t"), Piece(1, 0, "theirs")));
        Assert.Equal(2, _buffer.Take(long.MaxValue).Count);
        Assert.Equal(0, _buffer.Bytes);
    }

    private static StreamEvent.DeltaPublished Piece(int number, int offset, string text, int attempt = 1) => new(
        new EventId(7, number),
        new AnswerDelta { Execution = new ExecutionId(Guid.Empty), Path = "", Activation = "main#1", MessageId = "m", Attempt = attempt, Epoch = 1, Offset = offset, Text = text });

    private static string Text(EventItem item)
    {
        var body = JsonElement.Parse(Encoding.UTF8.GetString(item.Body(int.MaxValue).Span));
        return $"{item.Thread.Thread} {body.GetProperty("id").GetString()} {(body.GetProperty("data").TryGetProperty("text", out var text) ? text.GetString() : "")}";
    }
}
