using Microsoft.Extensions.AI;

namespace Actant.Journaling;

/// <summary>
/// What was said before the open execution, as the model of a node is given it. Only ever grows with its scope: a turn on a long thread copies
/// it and does not look at each message again.
/// </summary>
internal sealed class SaidBefore
{
    /// <summary>How many of the scope's messages it covers.</summary>
    public int Count { get; set; }

    /// <summary>The messages, and answers in place of those that never came.</summary>
    public List<ChatMessage> Chats { get; } = [];

    /// <summary>Their hashes, one for one.</summary>
    public List<byte[]> Digests { get; } = [];

    /// <summary>The same hashes, as a question's fingerprint takes them.</summary>
    public MessageHashes Hashes { get; } = new();
}
