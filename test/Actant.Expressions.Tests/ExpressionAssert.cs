using System.Text.Json;

namespace Actant.Expressions.Tests;

internal static class ExpressionAssert
{
    public static ExpressionResult Evaluate(string source, string scope = "{}", ExpressionOptions? options = null) =>
        Expression.Compile(source, options).Evaluate(new JsonScope(scope));

    public static ExpressionError Fails(string code, string source, string scope = "{}", ExpressionOptions? options = null)
    {
        var result = Evaluate(source, scope, options);
        Assert.False(result.IsSuccess, $"{source} has the value {(result.IsSuccess ? result.Value : default)}");
        Assert.Equal(code, result.Error.Code);
        return result.Error;
    }

    public static ExpressionError DoesNotCompile(string code, string source, ExpressionOptions? options = null)
    {
        Assert.False(Expression.TryCompile(source, out _, out var error, options), $"{source} compiles");
        Assert.Equal(code, error.Code);
        return error;
    }

    /// <summary>Compares with "type value", as in the conformance tables: <c>int 1</c>, <c>list ["a"]</c>, <c>null</c>.</summary>
    public static void Yields(string expected, string source, string scope = "{}")
    {
        var result = Evaluate(source, scope);
        Assert.True(result.IsSuccess, $"{source}: {result.Error}");
        Assert.Equal(expected, Describe(result.Value));
    }

    public static string Describe(ExpressionValue value) => value.Kind switch
    {
        ExpressionValueKind.Null => "null",
        ExpressionValueKind.Boolean => value.GetBoolean() ? "bool true" : "bool false",
        ExpressionValueKind.Integer => $"int {value.GetInt64()}",
        ExpressionValueKind.Double => $"double {value.GetDouble():R}",
        ExpressionValueKind.String => $"string {JsonSerializer.Serialize(value.GetString())}",
        ExpressionValueKind.List => $"list {JsonSerializer.Serialize(value.ToJsonElement())}",
        _ => $"map {JsonSerializer.Serialize(value.ToJsonElement())}",
    };
}
