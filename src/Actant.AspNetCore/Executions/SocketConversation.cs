using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Actant.Api;

namespace Actant.AspNetCore.Executions;

/// <summary>Both directions of one socket: events out, commands in and their replies out, one message at a time.</summary>
/// <param name="socket">The socket.</param>
/// <param name="operations">What commands ask.</param>
/// <param name="feed">What is told.</param>
/// <param name="caller">Who asks.</param>
/// <param name="renew">Whether they still may: asked before every command.</param>
/// <param name="time">The clock of patience.</param>
internal sealed class SocketConversation(
    WebSocket socket, ExecutionOperations operations, ExecutionFeed feed, Caller caller, Func<CancellationToken, ValueTask<Refusal?>> renew, TimeProvider time) : IDisposable
{
    private const int LargestCommand = 64 * 1024;

    // Most commands are small, most sockets send none, and there may be thousands of them.
    private const int OrdinaryCommand = 4 * 1024;

    private static readonly byte[] s_tail = "}"u8.ToArray();

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly SemaphoreSlim _answering = new(1, 1);

    public async Task SendEventsAsync(CancellationToken cancellationToken)
    {
        using var data = new EventData(feed.Record.Thread.Thread);
        await foreach (var item in feed.EventsAsync(cancellationToken))
        {
            // Neither has anything to escape.
            var head = Encoding.UTF8.GetBytes($"{{\"id\":\"{item.Id}\",\"event\":\"{EventJson.NameOf(item)}\",\"data\":");
            await SendAsync([head, data.Of(item), s_tail], cancellationToken);
        }
    }

    /// <summary>Carries commands out until the other side closes, or breaks the rules; answers with how to close.</summary>
    public async Task<(WebSocketCloseStatus Status, string Reason)> ListenAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[OrdinaryCommand];
        while (true)
        {
            if (buffer.Length > OrdinaryCommand)
            {
                buffer = new byte[OrdinaryCommand];
            }

            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                if (length == buffer.Length && length < LargestCommand)
                {
                    Array.Resize(ref buffer, length * 2);
                }
                else if (length == buffer.Length)
                {
                    return (WebSocketCloseStatus.MessageTooBig, $"A command has at most {LargestCommand} bytes.");
                }

                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            switch (part.MessageType)
            {
                case WebSocketMessageType.Close:
                    return (WebSocketCloseStatus.NormalClosure, "");
                case WebSocketMessageType.Binary:
                    return (WebSocketCloseStatus.InvalidMessageType, "Commands are JSON texts.");
                default:
                    await CarryOutAsync(SteeringMessage.Read(buffer.AsMemory(0, length), feed.Record.Id.ToString()), cancellationToken);
                    break;
            }
        }
    }

    /// <summary>
    /// Waits for the reply to the command that is being carried out: the end that it brought about may be told before it.
    /// </summary>
    public async Task AnsweredAsync(CancellationToken cancellationToken)
    {
        await _answering.WaitAsync(cancellationToken);
        _answering.Release();
    }

    public void Dispose()
    {
        _sending.Dispose();
        _answering.Dispose();
    }

    private async Task CarryOutAsync(SteeringMessage command, CancellationToken cancellationToken)
    {
        await _answering.WaitAsync(cancellationToken);
        try
        {
            await AnswerAsync(command, cancellationToken);
        }
        finally
        {
            _answering.Release();
        }
    }

    private async Task AnswerAsync(SteeringMessage command, CancellationToken cancellationToken)
    {
        var reply = await renew(cancellationToken) is { } refusal ? Reply<AcceptedView>.Refused(refusal)
            : await command.CarryOutAsync(operations, caller, CancellationToken.None);
        await SendAsync(
            json =>
            {
                json.WriteString("event"u8, "reply"u8);
                json.WriteStartObject("data"u8);
                json.WriteString("type"u8, command.Type);
                if (command.RequestId is { } id)
                {
                    json.WriteString("request_id"u8, id);
                }

                json.WriteBoolean("ok"u8, reply.IsDone);
                if (reply.IsDone)
                {
                    json.WriteString("status"u8, Words.Of(reply.Value.Status));
                }
                else
                {
                    json.WriteString("code"u8, reply.Refusal.Code);
                    json.WriteString("message"u8, reply.Refusal.Message);
                    WriteErrors(json, reply.Refusal.Errors);
                }

                json.WriteEndObject();
            },
            cancellationToken);
    }

    private static void WriteErrors(Utf8JsonWriter json, IReadOnlyList<DefinitionProblem>? errors)
    {
        if (errors is null)
        {
            return;
        }

        json.WriteStartArray("errors"u8);
        foreach (var error in errors)
        {
            json.WriteStartObject();
            json.WriteString("path"u8, error.Path);
            json.WriteString("code"u8, error.Code);
            json.WriteString("message"u8, error.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private async Task SendAsync(Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        var message = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(message, EventJson.Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        await SendAsync([message.WrittenMemory], cancellationToken);
    }

    /// <summary>One message, in chunks.</summary>
    /// <exception cref="TimeoutException">The other side takes nothing.</exception>
    private async Task SendAsync(ReadOnlyMemory<byte>[] parts, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            for (var i = 0; i < parts.Length; i++)
            {
                var rest = parts[i];
                do
                {
                    var chunk = rest[..Math.Min(rest.Length, EventData.ChunkBytes)];
                    rest = rest[chunk.Length..];
                    var sending = socket.SendAsync(chunk, WebSocketMessageType.Text, endOfMessage: i == parts.Length - 1 && rest.IsEmpty, cancellationToken);
                    if (!sending.IsCompletedSuccessfully)
                    {
                        await sending.AsTask().WaitAsync(feed.Patience, time, cancellationToken);
                    }
                }
                while (!rest.IsEmpty);
            }
        }
        finally
        {
            _sending.Release();
        }
    }
}
