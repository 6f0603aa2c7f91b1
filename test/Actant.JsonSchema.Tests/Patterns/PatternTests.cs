using System.Text.Json;

namespace Actant.Schemas.Tests;

public sealed class PatternTests
{
    [Fact]
    public void TryCompile_ManyNastyPatterns_CostLittleUntilTheyAreMatchedAndLittleThen()
    {
        const int Count = 200;
        string Words(int of) => string.Join("|", Enumerable.Range(0, 70).Select(word => $"w{of}x{word}[a-z]"));
        var schema = Schemas.Json($$"""{"properties": { {{string.Join(", ", Enumerable.Range(0, Count).Select(of => $"\"p{of}\": {{\"pattern\": \"^({Words(of)}){{1,9}}$\"}}"))}} } }""");
        var instance = Schemas.Json($$"""{ {{string.Join(", ", Enumerable.Range(0, Count).Select(static of => $"\"p{of}\": \"w{of}x1aw{of}x2b\""))}} }""");
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.True(JsonSchema.TryCompile(schema, out var compiled, out _));
        var built = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(compiled.IsValid(instance));
        var matched = GC.GetAllocatedBytesForCurrentThread();

        // The linear engine would need more than 100 MB for all of them.
        Assert.InRange(built - before, 0, 40_000_000);
        Assert.InRange(matched - built, 0, 60_000_000);
        Assert.False(compiled.IsValid(Schemas.Json("""{"p199": "w199x1"}""")));
        GC.KeepAlive(compiled);
    }

    [Theory]
    [InlineData("^a$", "a\n", false)]
    [InlineData("^.$", "😀", true)]
    [InlineData("^.$", "\u2028", false)]
    [InlineData(@"^\d$", "٣", false)]
    [InlineData(@"^\D$", "😀", true)]
    [InlineData(@"^\w$", "é", false)]
    [InlineData(@"^\W$", "é", true)]
    [InlineData(@"^\s$", "\uFEFF", true)]
    [InlineData(@"^\S$", "\u00a0", false)]
    [InlineData(@"^[\d-]+$", "1-2", true)]
    [InlineData(@"^[\W]$", "a", false)]
    [InlineData(@"^[\S]$", " ", false)]
    [InlineData(@"^[a-z-[aeiou]]$", "x", false)]
    [InlineData(@"^[a-z-[aeiou]]$", "a]", true)]
    [InlineData("^[]$", "", false)]
    [InlineData("^[^]$", "😀", true)]
    [InlineData("^[^a]$", "😀", true)]
    [InlineData("^[😀-🙏]$", "😃", true)]
    [InlineData("^[😀-🙏]$", "🚀", false)]
    [InlineData(@"^[\u{1F600}a]+$", "😀a😀", true)]
    [InlineData(@"^[\u{FFFF}-\u{10FFFF}]$", "😀", true)]
    [InlineData(@"^[\u{1F3FF}-\u{1F800}]$", "😀", true)]
    [InlineData("^😀*$", "😀😀", true)]
    [InlineData(@"^\ud83d\ude00+$", "😀😀", true)]
    [InlineData(@"^\p{Letter}+$", "äß", true)]
    [InlineData(@"^\P{Lu}$", "A", false)]
    [InlineData(@"^[\p{Nd}_]$", "٣", true)]
    [InlineData(@"^\cA\x41\0$", "\u0001A\0", true)]
    [InlineData(@"^\/\-\.$", "/-.", true)]
    [InlineData("^a{2}$", "aa", true)]
    [InlineData("^a{,2}$", "a{,2}", true)]
    [InlineData("{a}", "{a}", true)]
    [InlineData("a+b", "xaab", true)]
    [InlineData("^(?!x)(?<first>a)(?:b)$", "ab", true)]
    [InlineData(@"^(a)\1$", "aa", true)]
    [InlineData(@"^[\b]$", "\b", true)]
    public void Validate_Pattern_HasTheMeaningOfEcmaScript(string pattern, string text, bool expected) =>
        Assert.Equal(
            expected,
            Schemas.Validate($$"""{"pattern":{{JsonSerializer.Serialize(pattern)}}}""", JsonSerializer.Serialize(text)).IsValid);

    [Theory]
    [InlineData("a**")]
    [InlineData("[b-a]")]
    [InlineData("[a")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("\\")]
    [InlineData("[\\")]
    [InlineData(@"\Z")]
    [InlineData(@"\A")]
    [InlineData(@"\a")]
    [InlineData(@"\x4")]
    [InlineData(@"\u12")]
    [InlineData(@"\u{110000}")]
    [InlineData(@"\p{Script=Greek}")]
    [InlineData(@"\p{L")]
    [InlineData("(?i)a")]
    [InlineData("(?>a)")]
    [InlineData("(?'a'b)")]
    [InlineData("(?<a-b>c)")]
    [InlineData("(?#c)")]
    [InlineData("(?(a)b|c)")]
    [InlineData("[^😀]")]
    [InlineData("a{99999999999}")]
    [InlineData("a{2,1}")]
    [InlineData(@"\k<x>")]
    public void TryCompile_PatternOutsideEcmaScript_IsAProblem(string pattern) =>
        Assert.StartsWith(
            "not a valid regular expression: ",
            Assert.Single(Schemas.Problems($$"""{"pattern":{{JsonSerializer.Serialize(pattern)}}}""")).Message,
            StringComparison.Ordinal);
}
