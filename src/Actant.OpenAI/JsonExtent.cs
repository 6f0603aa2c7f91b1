namespace Actant.OpenAI;

/// <summary>
/// Knows of a JSON document that comes in pieces whether it has ended. It reads each character once, however many pieces there are, and
/// does not check what stands between the brackets.
/// </summary>
internal sealed class JsonExtent
{
    private int _depth;
    private bool _isText;
    private bool _isEscaped;

    /// <summary>Whether an object, a list or a text has begun and ended: nothing but space can follow.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Takes the next piece.</summary>
    public void Read(ReadOnlySpan<char> piece)
    {
        foreach (var character in piece)
        {
            Read(character);
        }
    }

    private void Read(char character)
    {
        if (_isText)
        {
            _isText = _isEscaped || character != '"';
            _isEscaped = !_isEscaped && character == '\\';
            IsWhole |= !_isText && _depth == 0;
            return;
        }

        switch (character)
        {
            case '"':
                _isText = true;
                break;
            case '{' or '[':
                _depth++;
                break;
            case '}' or ']' when _depth > 0:
                IsWhole |= --_depth == 0;
                break;
        }
    }
}
