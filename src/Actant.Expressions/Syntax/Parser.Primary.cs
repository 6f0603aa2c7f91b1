using Actant.Expressions.Functions;
using Actant.Expressions.Nodes;
using Actant.Expressions.Patterns;

namespace Actant.Expressions.Syntax;

internal ref partial struct Parser
{
    private Node? ParsePostfix(Token? sign = null)
    {
        var start = _current;
        var node = ParsePrimary(sign);

        // Keys are gathered as long as the path is written out; the first computed step ends what can be known.
        var keys = node is VariableNode ? new List<string>() : null;
        while (node is not null && _current.Kind is TokenKind.Dot or TokenKind.OpenBracket)
        {
            var before = node;
            node = _current.Kind == TokenKind.Dot ? ParseMember(before) : ParseIndex(before);
            if (keys is not null && node is SelectNode select && select.Operand == before)
            {
                keys.Add(select.Key);
            }
            else if (keys is not null)
            {
                _references.Add(start.Text, keys, start.Start);
                keys = null;
            }
        }

        if (keys is not null)
        {
            _references.Add(start.Text, keys, start.Start);
        }

        return node;
    }

    private Node? ParseMember(Node operand)
    {
        var name = Advance();
        if (name.Kind is not (TokenKind.Identifier or TokenKind.QuotedIdentifier))
        {
            return FailUnexpected("a member's name");
        }

        Advance();
        if (_current.Kind == TokenKind.OpenParenthesis && name.Kind == TokenKind.Identifier)
        {
            return ParseCall(name, operand);
        }

        return Limit(new SelectNode(name.Start, operand, name.Text));
    }

    private Node? ParseIndex(Node operand)
    {
        var position = _current.Start;
        Advance();
        if (ParseExpression() is not { } index || !TryExpect(TokenKind.CloseBracket, "']'"))
        {
            return null;
        }

        return index is LiteralNode { Value.Kind: ExpressionValueKind.String } key
            ? Limit(new SelectNode(position, operand, key.Value.GetString()))
            : Limit(new IndexNode(position, operand, index));
    }

    private Node? ParsePrimary(Token? sign)
    {
        var token = _current;
        switch (token.Kind)
        {
            case TokenKind.Integer:
                return ParseInteger(token, sign);
            case TokenKind.Double:
                return Literal(sign ?? token, ExpressionValue.From(sign is null ? token.Number : -token.Number));
            case TokenKind.String:
                return Literal(token, ExpressionValue.From(token.Text));
            case TokenKind.True or TokenKind.False:
                return Literal(token, ExpressionValue.From(token.Kind == TokenKind.True));
            case TokenKind.Null:
                return Literal(token, default);
            case TokenKind.Identifier:
                Advance();
                return _current.Kind == TokenKind.OpenParenthesis ? ParseCall(token, receiver: null) : Variable(token);
            case TokenKind.OpenParenthesis:
                Advance();
                return ParseExpression() is { } inner && TryExpect(TokenKind.CloseParenthesis, "')'") ? inner : null;
            case TokenKind.OpenBracket:
                return ParseList(token.Start);
            case TokenKind.OpenBrace:
                return ParseMap(token.Start);
            default:
                return FailUnexpected("a value");
        }
    }

    private LiteralNode Literal(Token token, ExpressionValue value)
    {
        Advance();
        return new LiteralNode(token.Start, value);
    }

    private Node? ParseInteger(Token token, Token? sign)
    {
        const ulong MinMagnitude = 1UL << 63;
        if (token.Magnitude > (sign is null ? MinMagnitude - 1 : MinMagnitude))
        {
            return Fail("The integer does not fit 64 bits.", token.Start);
        }

        var value = sign is null ? (long)token.Magnitude : unchecked(-(long)token.Magnitude);
        return Literal(sign ?? token, ExpressionValue.From(value));
    }

    private Node? Variable(Token name)
    {
        if (ReservedWords.Contains(name.Text))
        {
            return Fail($"'{name.Text}' is a reserved word.", name.Start);
        }

        return _options.Roots is { } roots && !roots.Contains(name.Text)
            ? Fail($"There is no variable '{name.Text}'.", name.Start, ExpressionErrorCodes.UnknownName)
            : new VariableNode(name.Start, name.Text);
    }

    private Node? ParseList(int position)
    {
        Advance();
        if (ParseItems(TokenKind.CloseBracket, "',' or ']'", allowTrailingComma: true) is not { } items)
        {
            return null;
        }

        // A list of constants is one, so that "x in [...]" makes nothing.
        return items.TrueForAll(static item => item is LiteralNode)
            ? new LiteralNode(position, ExpressionValue.FromItems([.. items.Select(static item => ((LiteralNode)item).Value)]))
            : Limit(new ListNode(position, [.. items]));
    }

    private Node? ParseMap(int position)
    {
        Advance();
        var (keys, members) = (new List<Node>(), new List<Node>());
        while (_current.Kind != TokenKind.CloseBrace)
        {
            if (ParseExpression() is not { } key || !TryExpect(TokenKind.Colon, "':'") || ParseExpression() is not { } member)
            {
                return null;
            }

            keys.Add(key);
            members.Add(member);
            if (_current.Kind != TokenKind.CloseBrace && !TryExpect(TokenKind.Comma, "',' or '}'"))
            {
                return null;
            }
        }

        Advance();
        return Limit(new MapNode(position, [.. keys], [.. members]));
    }

    /// <summary>Expressions between commas, up to and including the closing token.</summary>
    private List<Node>? ParseItems(TokenKind close, string what, bool allowTrailingComma)
    {
        var items = new List<Node>();
        while (_current.Kind != close || (items.Count > 0 && !allowTrailingComma))
        {
            if (ParseExpression() is not { } item)
            {
                return null;
            }

            items.Add(item);
            if (_current.Kind == close)
            {
                break;
            }

            if (!TryExpect(TokenKind.Comma, what))
            {
                return null;
            }
        }

        Advance();
        return items;
    }

    private Node? ParseCall(Token name, Node? receiver)
    {
        Advance();
        if (ParseItems(TokenKind.CloseParenthesis, "',' or ')'", allowTrailingComma: false) is not { } arguments)
        {
            return null;
        }

        if (name.Text == FunctionTable.Has && receiver is null)
        {
            return arguments is [SelectNode member]
                ? Limit(new HasNode(name.Start, member))
                : Fail("'has' takes one path that ends in a member, such as state.draft.", name.Start);
        }

        if (receiver is not null)
        {
            arguments.Insert(0, receiver);
        }

        if (!FunctionTable.All.TryGetValue(name.Text, out var function)
            || !(receiver is null ? function.IsGlobal : function.IsMethod))
        {
            var what = receiver is null ? "function" : "method";
            return Fail($"There is no {what} '{name.Text}'.", name.Start, ExpressionErrorCodes.UnknownName);
        }

        return arguments.Count == function.Arity
            ? Call(name, function, arguments)
            : Fail($"'{name.Text}' takes {function.Arity - (receiver is null ? 0 : 1)} argument(s).", name.Start);
    }

    private Node? Call(Token name, FunctionSignature function, List<Node> arguments)
    {
        if (function.Unary is { } unary)
        {
            return Limit(new UnaryCallNode(name.Start, unary, arguments[0]));
        }

        if (function.Predicate is { } predicate)
        {
            return Limit(new TextPredicateNode(name.Start, name.Text, predicate, arguments[0], arguments[1]));
        }

        Pattern? pattern = null;
        if (arguments[1] is LiteralNode { Value.Kind: ExpressionValueKind.String } literal
            && !Pattern.TryCreate(literal.Value.GetString(), out pattern, out var problem))
        {
            return Fail(problem, literal.Position);
        }

        return Limit(new MatchesNode(name.Start, arguments[0], arguments[1], pattern));
    }
}
