using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Actant.Schemas;

/// <summary>How schemas are compiled and how much a validation may cost. The defaults suit untrusted schemas and instances.</summary>
public sealed record JsonSchemaOptions
{
    /// <summary>Formats are annotations, only the metaschemas can be referred to, all bounds at their defaults.</summary>
    public static JsonSchemaOptions Default { get; } = new();

    /// <summary>
    /// Schemas that <c>$ref</c> and <c>$schema</c> may refer to, by absolute URI without fragment. Nothing is fetched: a
    /// reference to anything else is a problem. The metaschemas of draft 2020-12 are always known.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement> Remotes { get; init; } = FrozenDictionary<string, JsonElement>.Empty;

    /// <summary>
    /// Whether <c>format</c> is checked for date-time, date, time, email, uri, uuid, ipv4 and ipv6. Off by default, as
    /// draft 2020-12 wants it; other formats are never checked.
    /// </summary>
    public bool AssertFormats { get; init; }

    /// <summary>At most that many errors are collected, 32 by default.</summary>
    public int MaxErrors { get; init => field = Positive(value); } = 32;

    /// <summary>At most that many problems of one schema are reported, 100 by default.</summary>
    public int MaxProblems { get; init => field = Positive(value); } = 100;

    /// <summary>How deep schemas may be applied within one another, <c>$ref</c> included; 512 by default. Deeper is invalid.</summary>
    public int MaxDepth { get; init => field = Positive(value); } = 512;

    /// <summary>
    /// How much work one evaluation may do, counted in schemas applied and values looked at; 10 million by default, in
    /// the order of a second. Beyond, the instance is invalid. <see cref="JsonSchema.Validate"/> evaluates twice if there are errors.
    /// </summary>
    public long MaxSteps { get; init => field = Positive(value); } = 10_000_000;

    /// <summary>How deep subschemas may be nested in the schema's text, 128 by default.</summary>
    public int MaxSchemaDepth { get; init => field = Positive(value); } = 128;

    /// <summary>How many subschemas may be compiled, registered remote ones included; 100,000 by default.</summary>
    public int MaxSubschemas { get; init => field = Positive(value); } = 100_000;

    /// <summary>The longest regular expression, in UTF-16 units; 1,000 by default.</summary>
    public int MaxPatternLength { get; init => field = Positive(value); } = 1_000;

    /// <summary>
    /// How long one match may take if the expression needs backtracking (lookaround, back references), 50 ms by default.
    /// All others run in linear time.
    /// </summary>
    public TimeSpan PatternTimeout { get; init => field = CheckTimeout(value); } = TimeSpan.FromMilliseconds(50);

    internal JsonElement? FindRemote(string uri) => Remotes.TryGetValue(uri, out var remote) ? remote : null;

    private static readonly TimeSpan s_longestMatch = TimeSpan.FromMinutes(1);

    private static TimeSpan CheckTimeout(TimeSpan value, [CallerMemberName] string option = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, option);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, s_longestMatch, option);
        return value;
    }

    private static int Positive(int value, [CallerMemberName] string option = "") => (int)Positive((long)value, option);

    private static long Positive(long value, [CallerMemberName] string option = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, option);
        return value;
    }
}
