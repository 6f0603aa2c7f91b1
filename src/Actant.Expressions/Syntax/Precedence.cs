using Actant.Expressions.Nodes;

namespace Actant.Expressions.Syntax;

/// <summary>Which binary operators bind tighter, and what they become.</summary>
internal static class Precedence
{
    public const int Lowest = 1;

    public const int Highest = 5;

    public static int Of(TokenKind kind) => kind switch
    {
        TokenKind.Or => 1,
        TokenKind.And => 2,
        TokenKind.Equal or TokenKind.NotEqual or TokenKind.In => 3,
        TokenKind.Less or TokenKind.LessOrEqual or TokenKind.Greater or TokenKind.GreaterOrEqual => 3,
        TokenKind.Plus or TokenKind.Minus => 4,
        TokenKind.Star or TokenKind.Slash or TokenKind.Percent => 5,
        _ => 0,
    };

    public static Node Combine(TokenKind kind, int position, Node left, Node right) => kind switch
    {
        TokenKind.Equal => new EqualityNode(position, isEqual: true, left, right),
        TokenKind.NotEqual => new EqualityNode(position, isEqual: false, left, right),
        TokenKind.In => new InNode(position, left, right),
        TokenKind.Less => new OrderNode(position, OrderOperator.Less, "<", left, right),
        TokenKind.LessOrEqual => new OrderNode(position, OrderOperator.LessOrEqual, "<=", left, right),
        TokenKind.Greater => new OrderNode(position, OrderOperator.Greater, ">", left, right),
        TokenKind.GreaterOrEqual => new OrderNode(position, OrderOperator.GreaterOrEqual, ">=", left, right),
        TokenKind.Plus => new AddNode(position, left, right),
        TokenKind.Minus => new ArithmeticNode(position, ArithmeticOperator.Subtract, "-", left, right),
        TokenKind.Star => new ArithmeticNode(position, ArithmeticOperator.Multiply, "*", left, right),
        TokenKind.Slash => new ArithmeticNode(position, ArithmeticOperator.Divide, "/", left, right),
        _ => new ArithmeticNode(position, ArithmeticOperator.Remainder, "%", left, right),
    };
}
