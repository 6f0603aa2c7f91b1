using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Requests;

/// <summary>Takes values out of a query string.</summary>
internal sealed class QueryValues(IQueryCollection query)
{
    private const int LongestValue = 512;

    public RequestErrors Errors { get; } = new();

    public string? Name(string name)
    {
        var value = Single(name);
        if (value is null || NameRules.IsName(value))
        {
            return value;
        }

        Errors.Add($"?{name}", "wrong_type", "A text of 1 to 255 characters without control characters is expected.");
        return null;
    }

    public long? Number(string name, long least, long most)
    {
        if (Single(name) is not { } value)
        {
            return null;
        }

        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Errors.Add($"?{name}", "wrong_type", $"A whole number from {least} to {most} is expected.");
        return null;
    }

    /// <summary>How many items a page has.</summary>
    public int Limit() => (int)(Number("limit", 1, RequestLimits.LargestPage) ?? RequestLimits.DefaultPage);

    public string? Word(string name, IReadOnlyCollection<string> words)
    {
        var value = Single(name);
        if (value is null || words.Contains(value))
        {
            return value;
        }

        Errors.Add($"?{name}", "wrong_type", $"One of {string.Join(", ", words)} is expected.");
        return null;
    }

    /// <summary>All values of a parameter, which may come several times.</summary>
    public IReadOnlyList<string> All(string name, int most)
    {
        var values = query[name];
        if (values.Count <= most && values.All(value => NameRules.IsName(value, LongestValue)))
        {
            return [.. values.OfType<string>()];
        }

        Errors.Add($"?{name}", "wrong_type", $"At most {most} texts of 1 to {LongestValue} characters without control characters are expected.");
        return [];
    }

    private string? Single(string name)
    {
        var values = query[name];
        if (values.Count > 1)
        {
            Errors.Add($"?{name}", "wrong_type", "Only one value is possible.");
        }

        if (values.Count == 1 && string.IsNullOrEmpty(values[0]))
        {
            // Left out it would mean all, which a caller whose variable was empty did not want.
            Errors.Add($"?{name}", "wrong_type", "A value is needed: give one, or leave the parameter out.");
        }

        return values.Count == 1 && values[0] is { Length: > 0 } value ? value : null;
    }
}
