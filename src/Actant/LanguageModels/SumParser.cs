namespace Actant.LanguageModels;

/// <summary>
/// Finds the sums in a text: signs and words (<c>plus</c>, <c>divided by</c>, <c>to the power of</c>, <c>% of</c> …), usual
/// precedence, powers from the right, parentheses. Everything else in the text is passed over.
/// </summary>
internal sealed class SumParser
{
    /// <summary>What is found behind this many sums is passed over.</summary>
    public const int MostSums = 16;

    /// <summary>A sum is cut off behind this many operations, and parentheses nest no deeper.</summary>
    public const int MostOperations = 32;

    private readonly IReadOnlyList<SumToken> _tokens;
    private int _at;
    private int _operations;
    private int _depth;

    private SumParser(IReadOnlyList<SumToken> tokens) => _tokens = tokens;

    /// <summary>The sums, in order.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="cutOff">Whether a bound was met, so that not everything was understood.</param>
    public static IReadOnlyList<Sum> Find(string text, out bool cutOff) => new SumParser(SumTokens.Read(text)).Find(out cutOff);

    private List<Sum> Find(out bool cutOff)
    {
        var sums = new List<Sum>();
        cutOff = false;
        while (_at < _tokens.Count)
        {
            var start = _at;
            _operations = 0;
            var sum = Additive();
            cutOff |= _operations > MostOperations || (sums.Count == MostSums && sum?.Operation is not null);
            if (cutOff)
            {
                return sums;
            }

            if (sum?.Operation is not null)
            {
                sums.Add(sum);
            }

            _at = Math.Max(_at, start + 1);
        }

        return sums;
    }

    private Sum? Additive()
    {
        var left = Multiplicative();
        while (left is not null)
        {
            var operation = Accept("+") || Accept("plus") ? "add" : Accept("-") || Accept("−") || Accept("minus") ? "subtract" : null;
            if (operation is null || Continue(operation, left, Multiplicative, 1) is not { } longer)
            {
                return left;
            }

            left = longer;
        }

        return left;
    }

    private Sum? Multiplicative()
    {
        var left = Unary();
        while (left is not null)
        {
            var start = _at;
            var operation = Accept("*") || Accept("×") || Accept("·") || Accept("x") || Accept("times") || Accept("multiplied", "by")
                ? "multiply"
                : Accept("/") || Accept("÷") || Accept("divided", "by") ? "divide" : null;
            if (operation is null || Continue(operation, left, Unary, _at - start) is not { } longer)
            {
                return left;
            }

            left = longer;
        }

        return left;
    }

    private Sum? Unary()
    {
        if (!Accept("-") && !Accept("−") && !Accept("minus"))
        {
            return Percent();
        }

        var operand = Percent();
        if (operand is null)
        {
            _at--;
            return null;
        }

        return operand.Operation is null ? Sum.Of($"-{operand.Number}") : Count(Sum.Of("multiply", Sum.Of("-1"), operand));
    }

    private Sum? Percent()
    {
        var left = Power();
        var start = _at;
        return left is not null && (Accept("%", "of") || Accept("percent", "of"))
            ? Continue("percent", left, Power, _at - start) ?? left
            : left;
    }

    private Sum? Power()
    {
        var left = Primary();
        if (left is null)
        {
            return null;
        }

        var start = _at;
        if (Accept("squared") || Accept("²"))
        {
            return Count(Sum.Of("power", left, Sum.Of("2")));
        }

        if (Accept("cubed") || Accept("³"))
        {
            return Count(Sum.Of("power", left, Sum.Of("3")));
        }

        return Accept("^") || Accept("**") || Accept("to", "the", "power", "of") || Accept("to", "the", "power")
            || Accept("raised", "to", "the", "power", "of") || Accept("raised", "to")
            ? Continue("power", left, Exponent, _at - start) ?? left
            : left;
    }

    private Sum? Exponent()
    {
        if (!Enter())
        {
            return null;
        }

        var negative = Accept("-") || Accept("−") || Accept("minus");
        var power = Power();
        _depth--;
        return power is null || !negative ? power
            : power.Operation is null ? Sum.Of($"-{power.Number}") : Count(Sum.Of("multiply", Sum.Of("-1"), power));
    }

    private Sum? Primary()
    {
        var start = _at;
        if (!Enter())
        {
            return null;
        }

        var found = Accept("sqrt") || Accept("√") || Accept("square", "root", "of") ? Root()
            : Accept("(") ? Additive() is { } inner && Accept(")") ? inner : null
            : _at < _tokens.Count && _tokens[_at].IsNumber ? Sum.Of(_tokens[_at++].Text) : null;
        _depth--;
        _at = found is null ? start : _at;
        return found;
    }

    private Sum? Root()
    {
        var negative = Accept("-") || Accept("−") || Accept("minus");
        return Primary() is { } operand
            ? Count(Sum.Of("sqrt", negative && operand.Operation is null ? Sum.Of($"-{operand.Number}") : operand))
            : null;
    }

    // Reads the right side; without one, the operator was no operator and stays for whatever comes.
    private Sum? Continue(string operation, Sum left, Func<Sum?> right, int operatorLength)
    {
        var before = _at - operatorLength;
        var operand = _operations > MostOperations ? null : right();
        _at = operand is null ? before : _at;
        return operand is null ? null : Count(Sum.Of(operation, left, operand));
    }

    private Sum Count(Sum sum)
    {
        _operations++;
        return sum;
    }

    private bool Enter()
    {
        if (_depth >= MostOperations)
        {
            _operations = MostOperations + 1;
            return false;
        }

        _depth++;
        return true;
    }

    private bool Accept(params ReadOnlySpan<string> words)
    {
        for (var index = 0; index < words.Length; index++)
        {
            if (_at + index >= _tokens.Count || _tokens[_at + index].IsNumber || _tokens[_at + index].Text != words[index])
            {
                return false;
            }
        }

        _at += words.Length;
        return true;
    }
}
