namespace Actant.Arithmetic;

/// <summary>How a calculation ended: with a number, exact or rounded, or with the reason why there is none.</summary>
internal readonly record struct Calculated
{
    private Calculated(ExactDecimal value, bool isExact, Failure? failure)
    {
        Value = value;
        IsExact = isExact;
        Failure = failure;
    }

    public static Calculated DivisionByZero { get; } = Failed("division_by_zero", "Nothing can be divided by zero.");

    public static Calculated NegativeRoot { get; } =
        Failed("negative_root", "A negative number has no real root and no power with a fraction.");

    public static Calculated TooLarge { get; } = Failed(
        "result_too_large",
        $"The result has, or takes, more digits than are worked out ({ExactDecimal.MostDigits} on each side of the point).");

    public ExactDecimal Value { get; }

    public bool IsExact { get; }

    public Failure? Failure { get; }

    public static Calculated Of(ExactDecimal value, bool isExact = true) => value.Fits ? new(value, isExact, null) : TooLarge;

    private static Calculated Failed(string code, string message) => new(default, false, new Failure { Code = code, Message = message });
}
