using System.Buffers;

namespace Actant.AspNetCore.Requests;

/// <summary>The bytes of a body as they come, in small pieces of a pool, which they go back to.</summary>
internal sealed class BodyBytes : IDisposable
{
    private const int PieceBytes = 16 * 1024;

    private readonly List<byte[]> _pieces = [];
    private byte[]? _whole;

    /// <summary>How many there are.</summary>
    public int Length { get; private set; }

    public void Add(ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            var rest = segment.Span;
            while (!rest.IsEmpty)
            {
                var place = Length % PieceBytes;
                if (place == 0)
                {
                    _pieces.Add(ArrayPool<byte>.Shared.Rent(PieceBytes));
                }

                var part = rest[..Math.Min(rest.Length, PieceBytes - place)];
                part.CopyTo(_pieces[^1].AsSpan(place));
                rest = rest[part.Length..];
                Length += part.Length;
            }
        }
    }

    /// <summary>All of them, until this is disposed of.</summary>
    public ReadOnlyMemory<byte> Whole()
    {
        if (_pieces.Count <= 1)
        {
            return _pieces.Count == 0 ? ReadOnlyMemory<byte>.Empty : _pieces[0].AsMemory(0, Length);
        }

        _whole = ArrayPool<byte>.Shared.Rent(Length);
        for (var i = 0; i < _pieces.Count; i++)
        {
            var start = i * PieceBytes;
            _pieces[i].AsSpan(0, Math.Min(PieceBytes, Length - start)).CopyTo(_whole.AsSpan(start));
        }

        ReturnPieces();
        return _whole.AsMemory(0, Length);
    }

    public void Dispose()
    {
        ReturnPieces();
        if (_whole is { } whole)
        {
            _whole = null;
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    private void ReturnPieces()
    {
        _pieces.ForEach(static piece => ArrayPool<byte>.Shared.Return(piece));
        _pieces.Clear();
    }
}
