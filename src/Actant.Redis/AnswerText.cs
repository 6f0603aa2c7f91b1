using System.Text;

namespace Actant.Redis;

/// <summary>
/// The text of one answer while it comes. Each message repeats all of it, so that a message for each piece would send the square of it: beyond
/// a start that every answer has, messages are sent only while all repetitions together stay within a multiple of the answer, and the pieces
/// between them go with the next.
/// </summary>
internal sealed class AnswerText
{
    private const long FreeRepetitions = 1024 * 1024;
    private const int RepetitionsPerCharacter = 64;

    private StringBuilder _text = new();
    private int _published;
    private long _repeated;

    /// <summary>How much of it has come, in UTF-16 units.</summary>
    public int Length => _text.Length;

    /// <summary>Pieces of it that wait to be sent.</summary>
    public int Waiting { get; set; }

    /// <summary>What is held for it, in bytes.</summary>
    public long Charge { get; set; }

    /// <summary>There was no room for some of it: what follows makes no sense.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Nothing more comes of it.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Whether some of it was not published.</summary>
    public bool HasMore => _published < _text.Length;

    /// <summary>There is no room for it.</summary>
    public void Lose() => (IsLost, _text, _published) = (true, new StringBuilder(), 0);

    /// <summary>A piece came.</summary>
    public void Append(string text) => _text.Append(text);

    /// <summary>What is to be published now; <c>null</c> where it goes with a later piece.</summary>
    /// <param name="to">Up to where.</param>
    /// <param name="isLast">Whether there is no later one.</param>
    public byte[]? Take(int to, bool isLast)
    {
        if (IsLost || to <= _published || (!isLast && _repeated + to > FreeRepetitions + ((long)RepetitionsPerCharacter * to)))
        {
            return null;
        }

        _repeated += to;
        var token = _text.ToString(_published, to - _published);
        _published = to;
        return StreamMessages.Token(token, _text.ToString(0, to));
    }
}
