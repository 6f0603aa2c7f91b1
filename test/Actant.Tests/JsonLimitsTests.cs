using System.Text;
using System.Text.Json;

namespace Actant.Tests;

public sealed class JsonLimitsTests
{
    private static readonly JsonDocumentOptions s_any = new() { MaxDepth = 2000 };

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    public void IsTooDeep_UpToTheLimit_IsNot(int depth) => Assert.All(Nested(depth), value => Assert.False(JsonLimits.IsTooDeep(value)));

    [Theory]
    [InlineData(65)]
    [InlineData(66)]
    [InlineData(513)]
    [InlineData(1500)]
    public void IsTooDeep_BeyondTheLimit_Is(int depth) => Assert.All(Nested(depth), value => Assert.True(JsonLimits.IsTooDeep(value)));

    [Fact]
    public void IsTooDeep_BracketsInTexts_CountForNothing()
    {
        var text = string.Concat(Enumerable.Repeat("{[\\\"\\\\", 200));
        var value = JsonElement.Parse($$"""{"{{text}}":["{{text}}", "", "\\", {"a":1}]}""");

        Assert.False(JsonLimits.IsTooDeep(value));
        Assert.True(JsonLimits.IsTooDeep(Parse($$"""{"{{text}}":{{Nest(64, $"\"{text}\"")}}}""")));
    }

    [Fact]
    public void IsTooDeep_ManySiblings_AreNotDeep() =>
        Assert.False(JsonLimits.IsTooDeep(JsonElement.Parse($"[{string.Join(',', Enumerable.Repeat("[{}]", 500))}]")));

    [Fact]
    public void IsTooDeep_NoContainer_IsNot()
    {
        Assert.False(JsonLimits.IsTooDeep(default));
        Assert.False(JsonLimits.IsTooDeep(JsonElement.Parse($"\"{new string('[', 1000)}\"")));
    }

    private static JsonElement[] Nested(int depth) =>
    [
        Parse(Nest(depth, "1")),
        Parse($"{new string('[', depth)}{new string(']', depth)}"),
        Parse($"{string.Concat(Enumerable.Repeat("[ ", depth))}\"]]\"{new string(']', depth)}"),
    ];

    private static string Nest(int depth, string inner) => new StringBuilder().Insert(0, "{\"a\":", depth).Append(inner).Append('}', depth).ToString();

    private static JsonElement Parse(string json) => JsonElement.Parse(json, s_any);
}
