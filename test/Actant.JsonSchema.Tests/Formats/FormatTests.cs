using System.Text.Json;

namespace Actant.Schemas.Tests;

public sealed class FormatTests
{
    private static readonly JsonSchemaOptions s_asserting = new() { AssertFormats = true };

    [Theory]
    [InlineData("date-time", "2030-01-31T12:00:00Z", true)]
    [InlineData("date-time", "2030-01-31t12:00:00.123456789+05:30", true)]
    [InlineData("date-time", "1998-12-31T23:59:60Z", true)]
    [InlineData("date-time", "1998-12-31T15:59:60-08:00", true)]
    [InlineData("date-time", "1998-12-31T22:59:60Z", false)]
    [InlineData("date-time", "2030-01-31 12:00:00Z", false)]
    [InlineData("date-time", "2030-01-31T12:00:00", false)]
    [InlineData("date-time", "2030-01-31T24:00:00Z", false)]
    [InlineData("date", "2024-02-29", true)]
    [InlineData("date", "2023-02-29", false)]
    [InlineData("date", "0000-02-29", true)]
    [InlineData("date", "2030-1-31", false)]
    [InlineData("date", "২030-01-31", false)]
    [InlineData("time", "12:00:00Z", true)]
    [InlineData("time", "12:00:00.Z", false)]
    [InlineData("time", "12:00:00+24:00", false)]
    [InlineData("email", "joe.bloggs@example.com", true)]
    [InlineData("email", "\"joe \\\" bloggs\"@example.com", true)]
    [InlineData("email", "joe@[127.0.0.1]", true)]
    [InlineData("email", ".joe@example.com", false)]
    [InlineData("email", "joe@exa mple.com", false)]
    [InlineData("email", "example.com", false)]
    [InlineData("uri", "https://user@example.com:80/a%20b?c=d#e", true)]
    [InlineData("uri", "urn:isbn:0451450523", true)]
    [InlineData("uri", "http://[2001:db8::7]/", true)]
    [InlineData("uri", "/relative", false)]
    [InlineData("uri", "http://a b/", false)]
    [InlineData("uri", "http://a/%zz", false)]
    [InlineData("uri", "http://a:b/", false)]
    [InlineData("uuid", "2EB8AA08-AA98-11EA-B4AA-73B441D16380", true)]
    [InlineData("uuid", "2eb8aa08aa9811eab4aa73b441d16380", false)]
    [InlineData("uuid", "{eb8aa08-aa98-11ea-b4aa-73b441d16380", false)]
    [InlineData("ipv4", "192.0.2.1", true)]
    [InlineData("ipv4", "192.0.2.01", false)]
    [InlineData("ipv4", "192.0.2", false)]
    [InlineData("ipv4", "192.0.2.256", false)]
    [InlineData("ipv6", "2001:db8::1", true)]
    [InlineData("ipv6", "::ffff:192.0.2.1", true)]
    [InlineData("ipv6", "fe80::1%eth0", false)]
    [InlineData("ipv6", "1::2::3", false)]
    [InlineData("ipv6", "12345::", false)]
    [InlineData("hostname", "not checked!", true)]
    public void Validate_FormatsAsserted_ChecksThem(string format, string text, bool expected)
    {
        var schema = $$"""{"format":"{{format}}"}""";
        var instance = JsonSerializer.Serialize(text);

        Assert.Equal(expected, Schemas.Validate(schema, instance, s_asserting).IsValid);
        Assert.True(Schemas.Validate(schema, instance).IsValid);
    }

    [Fact]
    public void Validate_WrongFormat_ShowsTheRightOne() =>
        Assert.Equal(
            "must be a date such as 2030-01-31, found \"31.1.2030\"",
            Assert.Single(Schemas.Validate("""{"format":"date"}""", "\"31.1.2030\"", s_asserting).Errors).Message);
}
