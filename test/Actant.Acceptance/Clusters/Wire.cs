using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Actant.Acceptance.Clusters;

/// <summary>One connection of a <see cref="DatabaseLink"/>.</summary>
/// <param name="node">The node's side.</param>
/// <param name="mayPass">Ends when the database may hear what was asked.</param>
/// <param name="lost">Told when an answer is lost.</param>
internal sealed class Wire(Socket node, Func<Task> mayPass, Action lost)
{
    private const int Whole = 0;
    private const int Armed = 1;
    private const int Broken = 2;

    private int _state;
    private volatile string _held = "";

    /// <summary>The next question is asked, and its answer is lost. A listener asks nothing.</summary>
    public void LoseNextAnswer() => Interlocked.CompareExchange(ref _state, Armed, Whole);

    /// <summary>Whether this is in the part of a question that waits.</summary>
    public bool Holds(string text) => _held.Contains(text, StringComparison.Ordinal);

    public async Task RunAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        using var database = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        node.NoDelay = true;
        try
        {
            await database.ConnectAsync(address, cancellationToken);
            await Task.WhenAny(AskAsync(database, cancellationToken), AnswerAsync(database, cancellationToken));
        }
        finally
        {
            node.Dispose();
        }
    }

    private async Task AskAsync(Socket database, CancellationToken cancellationToken)
    {
        var buffer = new byte[65536];
        while (await node.ReceiveAsync(buffer, cancellationToken) is > 0 and var count)
        {
            Interlocked.CompareExchange(ref _state, Broken, Armed);
            if (mayPass() is { IsCompleted: false } gate)
            {
                _held = Encoding.UTF8.GetString(buffer, 0, count);
                await gate.WaitAsync(cancellationToken);
                _held = "";
            }

            await SendAsync(database, buffer.AsMemory(0, count), cancellationToken);
        }
    }

    private async Task AnswerAsync(Socket database, CancellationToken cancellationToken)
    {
        var buffer = new byte[65536];
        var tail = Array.Empty<byte>();
        while (await database.ReceiveAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (Volatile.Read(ref _state) != Broken)
            {
                await SendAsync(node, buffer.AsMemory(0, count), cancellationToken);
                continue;
            }

            tail = [.. tail, .. buffer.AsSpan(0, count)];
            tail = tail[^Math.Min(tail.Length, 6)..];
            if (IsReady(tail))
            {
                lost();
                return;
            }
        }
    }

    /// <summary>ReadyForQuery, outside a transaction: what was asked is committed.</summary>
    private static bool IsReady(ReadOnlySpan<byte> tail) => tail.SequenceEqual("Z\0\0\0\u0005I"u8);

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
        }
    }
}
