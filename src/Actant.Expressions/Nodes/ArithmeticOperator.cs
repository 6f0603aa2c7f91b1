namespace Actant.Expressions.Nodes;

internal enum ArithmeticOperator
{
    Subtract,
    Multiply,
    Divide,
    Remainder,
}
