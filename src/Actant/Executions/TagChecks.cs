using System.Text.RegularExpressions;
using Actant.Storage;
using Actant.Tracing;

namespace Actant.Executions;

/// <summary>What the tags of a request may be.</summary>
internal static partial class TagChecks
{
    private const int LongestLabelName = 63;

    /// <summary>What is wrong with them, each with its place in the request.</summary>
    public static IEnumerable<DefinitionProblem> Check(SubmitRequest request, DateTimeOffset now)
    {
        if (request.Labels.Count > ExecutionTags.MaxLabels)
            yield return new DefinitionProblem("$.labels", "out_of_range", $"There are {request.Labels.Count} labels; at most {ExecutionTags.MaxLabels} are kept.");
        foreach (var (name, value) in request.Labels)
        {
            if (!IsLabelName(name))
            {
                yield return new DefinitionProblem(
                    $"$.labels.{name}", "invalid_id", $"A label's name has 1 to {LongestLabelName} letters, digits, `.`, `_`, `-` and `/`.");
            }
            else if (!NameRules.IsName(value))
            {
                yield return new DefinitionProblem($"$.labels.{name}", "invalid_id", "A label's value has 1 to 255 characters, none of them a control character.");
            }
        }

        if (request.Subject is { } subject && !NameRules.IsName(subject))
            yield return new DefinitionProblem("$.subject", "invalid_id", "`subject` must have 1 to 255 characters, none of them a control character.");
        if (request.Subject is "." or "..")
            yield return new DefinitionProblem("$.subject", "invalid_id", "`subject` cannot be `.` or `..`: no address could name it.");
        if (request.Batch is { } batch && !NameRules.IsName(batch))
            yield return new DefinitionProblem("$.batch", "invalid_id", "`batch` must have 1 to 255 characters, none of them a control character.");
        if (request.TraceParent is { } trace && !IsTraceParent(trace))
        {
            yield return new DefinitionProblem(
                "$.traceparent", "invalid_id", "`traceparent` must be as W3C's Trace Context has it: 00-<32 hexadecimal digits>-<16>-<2>.");
        }

        if (request.TraceState is { } state && !NameRules.IsName(state, StoredTrace.LongestState))
            yield return new DefinitionProblem("$.tracestate", "invalid_id", $"`tracestate` must have 1 to {StoredTrace.LongestState} characters, none of them a control character.");
        if (request.Baggage is { } baggage && !NameRules.IsName(baggage, StoredTrace.LongestBaggage))
            yield return new DefinitionProblem("$.baggage", "invalid_id", $"`baggage` must have 1 to {StoredTrace.LongestBaggage} characters, none of them a control character.");

        if (request.ExpiresAt is { } expiry && expiry <= now)
            yield return new DefinitionProblem("$.expires_at", "out_of_range", "`expires_at` must be in the future.");
    }

    /// <summary>What a label can be called.</summary>
    public static bool IsLabelName(string name) => name.Length <= LongestLabelName && LabelName.IsMatch(name);

    /// <summary>Whether W3C's header may have this value.</summary>
    public static bool IsTraceParent(string text) => TraceParent.IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9._/-]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelName { get; }

    // Later versions may add fields; ids of zeros are none.
    [GeneratedRegex(@"^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TraceParent { get; }
}
