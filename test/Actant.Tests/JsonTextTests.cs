using System.Text.Json;

namespace Actant.Tests;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData(""" "K\u00F6ln" """, "Köln")]
    [InlineData("""{"a": "K\u00F6ln", "b": "it\u0027s \u0022so\u0022 \u003Cb\u003E"}""", """{"a": "Köln", "b": "it's \"so\" <b>"}""")]
    [InlineData("""{"a": "\u0000\n"}""", """{"a": "\u0000\n"}""")]
    [InlineData("""{"a":  1.50}""", """{"a":  1.50}""")]
    [InlineData("""{"a": "\ud83d\ude00"}""", """{"a": "😀"}""")]
    [InlineData("""["\u005cn", "\\u00f6", "\\\u00f6"]""", """["\\n", "\\u00f6", "\\ö"]""")]
    [InlineData("""{"a": "\ud83d"}""", """{"a": "\ud83d"}""")]
    [InlineData("""{"\u00F6": [null, true]}""", """{"ö": [null, true]}""")]
    public void Of_Value_EscapesNothingThatNeedNotBe(string json, string expected) =>
        Assert.Equal(expected, JsonText.Of(JsonElement.Parse(json)));
}
