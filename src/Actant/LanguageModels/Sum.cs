namespace Actant.LanguageModels;

/// <summary>A sum as a tree: a number, or an operation of the calculator on one or two others.</summary>
/// <param name="Operation">The calculator's name of the operation; <c>null</c> for a number.</param>
/// <param name="Left">The first operand.</param>
/// <param name="Right">The second operand, where the operation has two.</param>
/// <param name="Number">The number.</param>
internal sealed record Sum(string? Operation, Sum? Left, Sum? Right, string Number)
{
    private const int Atom = 5;

    private int Rank => Operation switch
    {
        "add" or "subtract" => 1,
        "multiply" or "divide" => 2,
        "percent" => 3,
        "power" => 4,
        _ => Number.StartsWith('-') ? 3 : Atom,
    };

    public static Sum Of(string number) => new(null, null, null, number);

    public static Sum Of(string operation, Sum left, Sum? right = null) => new(operation, left, right, "");

    /// <summary>The usual notation, with no more parentheses than needed.</summary>
    public override string ToString() => Operation switch
    {
        null => Number,
        "sqrt" => $"sqrt({Left})",
        "percent" => $"{Left!.In(Atom)}% of {Right!.In(Atom)}",
        "power" => $"{Left!.In(Atom)} ^ {Right!.In(3)}",
        "add" => $"{Left!.In(1)} + {Right!.In(2)}",
        "subtract" => $"{Left!.In(1)} - {Right!.In(2)}",
        "multiply" => $"{Left!.In(2)} * {Right!.In(3)}",
        _ => $"{Left!.In(2)} / {Right!.In(3)}",
    };

    private string In(int rank) => Rank >= rank ? ToString() : $"({this})";
}
