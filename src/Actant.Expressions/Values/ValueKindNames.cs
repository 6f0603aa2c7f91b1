namespace Actant.Expressions.Values;

internal static class ValueKindNames
{
    /// <summary>The type's name in messages, as CEL spells it.</summary>
    public static string Name(this ExpressionValueKind kind) => kind switch
    {
        ExpressionValueKind.Boolean => "bool",
        ExpressionValueKind.Integer => "int",
        ExpressionValueKind.Double => "double",
        ExpressionValueKind.String => "string",
        ExpressionValueKind.List => "list",
        ExpressionValueKind.Map => "map",
        _ => "null",
    };
}
