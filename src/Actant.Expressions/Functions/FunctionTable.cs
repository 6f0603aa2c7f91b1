using System.Collections.Frozen;
using Actant.Expressions.Nodes;

namespace Actant.Expressions.Functions;

internal static class FunctionTable
{
    public const string Has = "has";

    /// <summary>Every function but <see cref="Has"/>, which is syntax: its argument is not evaluated.</summary>
    public static FrozenDictionary<string, FunctionSignature> All { get; } = new Dictionary<string, FunctionSignature>
    {
        ["size"] = new(IsMethod: true, IsGlobal: true, Unary: SizeFunction.TryApply),
        ["contains"] = Search(static (text, part) => text.Contains(part, StringComparison.Ordinal)),
        ["startsWith"] = Search(static (text, part) => text.StartsWith(part, StringComparison.Ordinal)),
        ["endsWith"] = Search(static (text, part) => text.EndsWith(part, StringComparison.Ordinal)),
        ["matches"] = new(IsMethod: true, IsGlobal: true),
        ["lower"] = new(IsMethod: true, IsGlobal: true, Unary: CaseFunctions.TryLower),
        ["upper"] = new(IsMethod: true, IsGlobal: true, Unary: CaseFunctions.TryUpper),
        ["int"] = new(IsMethod: false, IsGlobal: true, Unary: ConversionFunctions.TryInt),
        ["double"] = new(IsMethod: false, IsGlobal: true, Unary: ConversionFunctions.TryDouble),
        ["parseJson"] = new(IsMethod: true, IsGlobal: true, Unary: ParseJsonFunction.TryApply),
        ["string"] = new(IsMethod: false, IsGlobal: true, Unary: ConversionFunctions.TryString),
    }.ToFrozenDictionary();

    private static FunctionSignature Search(TextPredicate predicate) =>
        new(IsMethod: true, IsGlobal: false, Predicate: predicate);
}
