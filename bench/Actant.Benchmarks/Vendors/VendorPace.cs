using System.Globalization;

namespace Actant.Benchmarks.Vendors;

/// <summary>How a model of the vendor answers; it is the model's name.</summary>
/// <param name="Tokens">How many tokens it says.</param>
/// <param name="Gap">The time between two.</param>
/// <param name="Delay">The time before the first one, and before the answer's head.</param>
internal sealed record VendorPace(int Tokens, TimeSpan Gap, TimeSpan Delay)
{
    private static readonly TimeSpan s_never = TimeSpan.FromHours(1);

    /// <summary>A whole answer after some time.</summary>
    public static VendorPace After(TimeSpan delay) => new(1, TimeSpan.Zero, delay);

    /// <summary>Says nothing at all.</summary>
    public static VendorPace Silent { get; } = new(1, TimeSpan.Zero, s_never);

    /// <summary>Says one token, and then nothing.</summary>
    public static VendorPace Stuck { get; } = new(2, s_never, TimeSpan.Zero);

    public static VendorPace Parse(string model)
    {
        var numbers = model.Split('-')[1..].Select(static part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return new VendorPace(numbers[0], TimeSpan.FromMilliseconds(numbers[1]), TimeSpan.FromMilliseconds(numbers[2]));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"say-{Tokens}-{Gap.TotalMilliseconds:0}-{Delay.TotalMilliseconds:0}");
}
