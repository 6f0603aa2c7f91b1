using System.Security.Cryptography;

namespace Actant.Journaling;

/// <summary>
/// The hashes of a conversation's messages, in order. Each whole block of them is folded into one, so that a long conversation costs a
/// question no more than a short one; how it was put together does not matter.
/// </summary>
internal sealed class MessageHashes
{
    private const int BlockSize = 64;

    private byte[] _folded = [];
    private List<byte[]> _rest = [];

    /// <summary>What whole blocks were folded into; empty before the first is whole.</summary>
    public ReadOnlySpan<byte> Folded => _folded;

    /// <summary>The hashes behind them, fewer than a block.</summary>
    public IReadOnlyList<byte[]> Rest => _rest;

    /// <summary>The same hashes, to be gone on with by itself.</summary>
    public MessageHashes Copy() => new() { _folded = _folded, _rest = [.. _rest] };

    /// <summary>Adds the hash of the next message.</summary>
    public void Add(byte[] hash)
    {
        _rest.Add(hash);
        if (_rest.Count < BlockSize)
        {
            return;
        }

        Span<byte> block = stackalloc byte[(BlockSize + 1) * SHA256.HashSizeInBytes];
        _folded.CopyTo(block);
        var length = _folded.Length;
        foreach (var next in _rest)
        {
            next.CopyTo(block[length..]);
            length += next.Length;
        }

        _folded = SHA256.HashData(block[..length]);
        _rest.Clear();
    }
}
