using Actant.Expressions.Nodes;

namespace Actant.Expressions.Syntax;

/// <summary>
/// Recursive descent with precedence climbing. Every method returns null after the first error; what recurses is counted,
/// and the height of the tree is bounded, so that neither parsing nor evaluating can exhaust the stack.
/// </summary>
internal ref partial struct Parser
{
    /// <summary>Brackets, calls, conditionals and prefix operators inside one another.</summary>
    public const int MaxNesting = 64;

    /// <summary>Height of the tree; a chain such as <c>a + b + c</c> or <c>a.b.c</c> counts by its length.</summary>
    public const int MaxHeight = 256;

    private readonly ExpressionOptions _options;
    private readonly ReferenceCollector _references;
    private Lexer _lexer;
    private Token _current;
    private int _nesting;

    private Parser(string source, int position, ExpressionOptions options, ReferenceCollector references)
    {
        _options = options;
        _references = references;
        _lexer = new Lexer(source, position);
        _current = _lexer.Next();
    }

    private ExpressionError? Error { get; set; }

    /// <summary>Parses all of the source.</summary>
    public static Node? Parse(string source, ExpressionOptions options, ReferenceCollector references, out ExpressionError? error)
    {
        if (source.Length > options.MaxSourceLength)
        {
            error = TooLong(options, 0);
            return null;
        }

        var parser = new Parser(source, 0, options, references);
        var node = parser.ParseExpression();
        if (node is not null && parser._current.Kind != TokenKind.End)
        {
            node = parser.FailUnexpected("an operator or the end");
        }

        error = parser.Error;
        return node;
    }

    /// <summary>Parses from the position to <c>}}</c>; <paramref name="end"/> is behind it.</summary>
    public static Node? ParseHole(
        string source,
        int position,
        ExpressionOptions options,
        ReferenceCollector references,
        out int end,
        out ExpressionError? error)
    {
        var parser = new Parser(source, position, options, references);
        var node = parser.ParseExpression();
        end = parser._current.End;
        if (node is not null)
        {
            var first = parser._current;
            if (first.Kind != TokenKind.CloseBrace
                || parser.Advance().Kind != TokenKind.CloseBrace
                || parser._current.Start != first.End)
            {
                node = parser.FailUnexpected("an operator or '}}'");
            }

            end = parser._current.End;
        }

        error = parser.Error ?? (end - position > options.MaxSourceLength ? TooLong(options, position) : null);
        return error is null ? node : null;
    }

    private static ExpressionError TooLong(ExpressionOptions options, int position) => new(
        ExpressionErrorCodes.Syntax, $"The expression is longer than {options.MaxSourceLength} characters.", position);

    private Token Advance()
    {
        _current = _lexer.Next();
        return _current;
    }

    private Node? ParseExpression()
    {
        if (!TryEnter())
        {
            return null;
        }

        var node = ParseBinary(Precedence.Lowest);
        if (node is not null && _current.Kind == TokenKind.Question)
        {
            node = ParseConditional(node);
        }

        _nesting--;
        return node;
    }

    private Node? ParseConditional(Node condition)
    {
        var position = _current.Start;
        Advance();
        if (ParseBinary(Precedence.Lowest) is { } whenTrue
            && TryExpect(TokenKind.Colon, "':'")
            && ParseExpression() is { } whenFalse)
        {
            return Limit(new ConditionalNode(position, condition, whenTrue, whenFalse));
        }

        return null;
    }

    private Node? ParseBinary(int precedence)
    {
        if (precedence > Precedence.Highest)
        {
            return ParseUnary();
        }

        var left = ParseBinary(precedence + 1);
        while (left is not null && Precedence.Of(_current.Kind) == precedence)
        {
            left = _current.Kind is TokenKind.And or TokenKind.Or
                ? ParseLogic(left, precedence)
                : ParseOperator(left, precedence);
        }

        return left;
    }

    /// <summary>A row of equal logical operators is one node, however long.</summary>
    private Node? ParseLogic(Node first, int precedence)
    {
        var (kind, position) = (_current.Kind, _current.Start);
        var operands = new List<Node> { first };
        while (_current.Kind == kind)
        {
            Advance();
            if (ParseBinary(precedence + 1) is not { } operand)
            {
                return null;
            }

            operands.Add(operand);
        }

        var isOr = kind == TokenKind.Or;
        return Limit(new LogicNode(position, isOr ? "||" : "&&", isOr, [.. operands]));
    }

    private Node? ParseOperator(Node left, int precedence)
    {
        var (kind, position) = (_current.Kind, _current.Start);
        Advance();
        return ParseBinary(precedence + 1) is { } right ? Limit(Precedence.Combine(kind, position, left, right)) : null;
    }

    private Node? ParseUnary()
    {
        var token = _current;
        if (token.Kind is not (TokenKind.Not or TokenKind.Minus))
        {
            return ParsePostfix();
        }

        if (!TryEnter())
        {
            return null;
        }

        Advance();
        var isNegative = token.Kind == TokenKind.Minus;

        // The sign of a literal belongs to it: the smallest integer has no positive counterpart.
        var node = isNegative && _current.Kind is TokenKind.Integer or TokenKind.Double
            ? ParsePostfix(token)
            : ParsePrefix(token.Start, isNegative);
        _nesting--;
        return node;
    }

    private Node? ParsePrefix(int position, bool isNegative) => ParseUnary() is { } operand
        ? Limit(isNegative ? new NegateNode(position, operand) : new NotNode(position, operand))
        : null;

    private bool TryEnter()
    {
        if (_nesting >= MaxNesting)
        {
            Fail($"The expression is nested deeper than {MaxNesting} levels.", _current.Start);
            return false;
        }

        _nesting++;
        return true;
    }

    private bool TryExpect(TokenKind kind, string what)
    {
        if (_current.Kind != kind)
        {
            FailUnexpected(what);
            return false;
        }

        Advance();
        return true;
    }

    private Node? Limit(Node node) =>
        node.Height > MaxHeight ? Fail($"The expression chains more than {MaxHeight} operators.", node.Position) : node;

    private Node? Fail(string message, int position, string code = ExpressionErrorCodes.Syntax)
    {
        Error ??= new ExpressionError(code, message, position);
        return null;
    }

    private Node? FailUnexpected(string expected) => _current.Kind switch
    {
        TokenKind.Error => Fail(_current.Text, _current.Start),
        TokenKind.End => Fail($"The expression ends where {expected} should be.", _current.Start),
        _ => Fail($"Expected {expected}.", _current.Start),
    };
}
