using System.Runtime.CompilerServices;

namespace Actant.Expressions;

/// <summary>Limits of compilation and evaluation. The defaults are meant for sources written by untrusted users.</summary>
public sealed record ExpressionOptions
{
    /// <summary>The defaults of every property; any root name is accepted.</summary>
    public static ExpressionOptions Default { get; } = new();

    /// <summary>Longest expression, in UTF-16 units. Default 8,192. Longer ones are a syntax error.</summary>
    public int MaxSourceLength { get; init => field = Positive(value); } = 8 * 1024;

    /// <summary>Longest template, text included, in UTF-16 units. Default 262,144.</summary>
    public int MaxTemplateLength { get; init => field = Positive(value); } = 256 * 1024;

    /// <summary>
    /// Evaluation steps per call; a template shares them between its parts. Default 10,000. A node of the expression costs
    /// one step; scanning data costs one more per element compared, per 64 members passed over and per 1,024 characters read.
    /// </summary>
    public int MaxSteps { get; init => field = Positive(value); } = 10_000;

    /// <summary>Longest string that an expression or template may build, in UTF-16 units. Default 1,048,576.</summary>
    public int MaxStringLength { get; init => field = Positive(value); } = 1024 * 1024;

    /// <summary>Names that may stand at the root of a path; null accepts any and leaves the check to the evaluation.</summary>
    public IReadOnlySet<string>? Roots { get; init; }

    private static int Positive(int value, [CallerMemberName] string option = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, option);
        return value;
    }
}
