using System.Text.RegularExpressions;
using Actant.Journaling;

namespace Actant.Tests.Journaling;

/// <summary>Keeps <c>docs/events.md</c> true.</summary>
[Trait("Row", "I10")]
public sealed partial class EventPageTests
{
    private static readonly string s_page = TestPages.Read("events.md").Split("## Stored")[1];

    [Fact]
    public void Page_EveryKind_HasItsFieldsAndNoOthers()
    {
        var written = Row().Matches(s_page).Where(static row => row.Groups["kind"].Value != "kind").ToDictionary(
            static row => row.Groups["kind"].Value,
            static row => string.Join(' ', Word().Matches(row.Groups["fields"].Value).Select(static word => word.Groups["word"].Value).Order(StringComparer.Ordinal)),
            StringComparer.Ordinal);
        var known = EntryCodec.Payloads.ToDictionary(
            static kind => kind.Key,
            static kind => string.Join(' ', kind.Value.Properties.Where(static field => field is { Get: not null, IsExtensionData: false }).Select(static field => field.Name).Order(StringComparer.Ordinal)),
            StringComparer.Ordinal);

        Assert.Equal(known.OrderBy(static kind => kind.Key, StringComparer.Ordinal), written.OrderBy(static kind => kind.Key, StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^\| `(?<kind>[a-z_]+)` \| [^|]+ \|(?<fields>[^|]*)\|$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<word>[a-z_]+)`", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
