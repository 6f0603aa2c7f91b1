using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Actant.Loops;

/// <summary>What reaches a loop from outside and from its own steps; read by the loop alone.</summary>
internal sealed class LoopMailbox
{
    private readonly Channel<LoopMessage> _messages = Channel.CreateUnbounded<LoopMessage>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Puts a message in. <c>false</c>: nobody reads it any more.</summary>
    public bool TryPost(LoopMessage message) => _messages.Writer.TryWrite(message);

    /// <summary>Waits until there is a message.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _messages.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>The next message, when there is one.</summary>
    public ValueTask<LoopMessage> ReadAsync(CancellationToken cancellationToken) => _messages.Reader.ReadAsync(cancellationToken);

    /// <summary>The next message, if there is one.</summary>
    public bool TryRead([NotNullWhen(true)] out LoopMessage? message) => _messages.Reader.TryRead(out message);

    /// <summary>Nothing more can be put in; what is in it can be read.</summary>
    public void Close() => _messages.Writer.TryComplete();
}
