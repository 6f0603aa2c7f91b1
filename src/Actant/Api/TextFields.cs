using System.Globalization;

namespace Actant.Api;

/// <summary>Fields that come as texts, each any number of times: of a query string, of headers. What is unknown is not looked at.</summary>
/// <param name="values">All texts of a name.</param>
public sealed class TextFields(Func<string, IReadOnlyList<string?>> values) : CommandFields(new FieldErrors())
{
    private const int LongestValue = 512;

    /// <inheritdoc />
    public override string? Name(string name)
    {
        var value = Single(name);
        if (value is null || NameRules.IsName(value))
        {
            return value;
        }

        Wrong(name, "A text of 1 to 255 characters without control characters is expected.");
        return null;
    }

    /// <inheritdoc />
    public override long? Number(string name, long least, long most)
    {
        if (Single(name) is not { } value)
        {
            return null;
        }

        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Wrong(name, $"A whole number from {least} to {most} is expected.");
        return null;
    }

    /// <inheritdoc />
    public override bool? Flag(string name) => Word(name, ["true", "false"]) is { } word ? word == "true" : null;

    /// <inheritdoc />
    public override string? Word(string name, IEnumerable<string> words)
    {
        var value = Single(name);
        if (value is null || words.Contains(value))
        {
            return value;
        }

        Wrong(name, $"One of {string.Join(", ", words)} is expected.");
        return null;
    }

    /// <inheritdoc />
    public override IReadOnlyList<string> Texts(string name, int most)
    {
        var all = values(name);
        if (all.Count <= most && all.All(value => NameRules.IsName(value, LongestValue)))
        {
            return [.. all.OfType<string>()];
        }

        Wrong(name, $"At most {most} texts of 1 to {LongestValue} characters without control characters are expected.");
        return [];
    }

    private protected override string PathOf(string name) => $"?{name}";

    private protected override void RefuseUnknown()
    {
        // Links carry parameters of their own, and headers are everybody's.
    }

    private string? Single(string name)
    {
        var all = values(name);
        if (all.Count > 1)
        {
            Wrong(name, "Only one value is possible.");
        }

        if (all.Count == 1 && string.IsNullOrEmpty(all[0]))
        {
            // Left out it would mean all, which a caller whose variable was empty did not want.
            Wrong(name, "A value is needed: give one, or leave the parameter out.");
        }

        return all.Count == 1 && all[0] is { Length: > 0 } value ? value : null;
    }
}
