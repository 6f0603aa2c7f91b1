using System.Net.Http.Headers;
using Actant.LanguageModels;

namespace Actant.Tests.LanguageModels;

[Trait("Row", "L1")]
public sealed class VendorFailuresTests
{
    private const string Key = "my-own-key-0001";

    private static readonly VendorFailures s_failures = new(new ModelEndpoint
    {
        Name = "house",
        Address = new Uri("https://models.example.org/v1?token=hidden"),
        ApiKey = Key,
        KeyVariable = "HOUSE_KEY",
        Headers = new Dictionary<string, string> { ["X-Team"] = "blue-secret" },
    });

    [Theory]
    [InlineData(400, """{"error": {"message": "bad my-own-key-0001 for blue-secret and sk-proj-abcdef123456"}}""")]
    [InlineData(500, "my-own-key-0001 blue-secret gsk_0123456789 ")]
    [InlineData(401, """{"error": {"message": "Incorrect key my-own-k******0001"}}""")]
    public void OfStatus_MessageWithSecrets_LeavesThemOut(int status, string body)
    {
        var message = Of(status, body).Message;

        Assert.DoesNotContain("my-own", message, StringComparison.Ordinal);
        Assert.DoesNotContain("blue-secret", message, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdef", message, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error": {"message": "too hot"}}""", "too hot")]
    [InlineData("""{"error": "too hot"}""", "too hot")]
    [InlineData("""{"object": "error", "message": "too hot", "code": 400}""", "too hot")]
    [InlineData("""{"detail": "too hot"}""", "too hot")]
    [InlineData("""{"detail": [{"msg": "too hot"}]}""", "too hot")]
    [InlineData("too\u0000 hot\u001b[31m", "too  hot [31m")]
    [InlineData("", "no reason given")]
    [InlineData("<html>too hot</html>", "no reason given")]
    [InlineData("[]", "no reason given")]
    [InlineData("{\"error\": {\"message\": \"cut \\ud83d\"}}", "cut")]
    public void OfStatus_AnyShape_TellsTheReason(string body, string reason)
    {
        var failure = Of(400, body);

        Assert.Equal(ModelErrors.Rejected, failure.Code);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OfStatus_LongReason_IsCut() => Assert.True(Of(400, new string('x', 60_000)).Message.Length < 600);

    [Theory]
    [InlineData(402, "{}", ModelErrors.QuotaExceeded, false)]
    [InlineData(408, "{}", ModelErrors.Unavailable, true)]
    [InlineData(413, "{}", ModelErrors.ContextLengthExceeded, false)]
    [InlineData(422, "{}", ModelErrors.Rejected, false)]
    [InlineData(429, "{}", ModelErrors.RateLimited, true)]
    [InlineData(429, """{"error": {"code": "insufficient_quota"}}""", ModelErrors.QuotaExceeded, false)]
    [InlineData(498, "{}", ModelErrors.Unavailable, true)]
    [InlineData(502, "<html></html>", ModelErrors.Unavailable, true)]
    [InlineData(529, "{}", ModelErrors.Unavailable, true)]
    [InlineData(302, "", ModelErrors.Rejected, false)]
    [InlineData(400, """{"error": {"message": "input length and `max_tokens` exceed context limit: 9 + 9 > 10"}}""", ModelErrors.ContextLengthExceeded, false)]
    public void OfStatus_Status_HasItsCode(int status, string body, string code, bool transient)
    {
        var failure = Of(status, body);

        Assert.Equal((code, transient), (failure.Code, failure.Transient));
    }

    [Theory]
    [InlineData("rate_limit_error", ModelErrors.RateLimited)]
    [InlineData("overloaded_error", ModelErrors.Unavailable)]
    [InlineData("invalid_request_error", ModelErrors.Rejected)]
    [InlineData("authentication_error", ModelErrors.Unauthorized)]
    [InlineData("", ModelErrors.Unavailable)]
    public void OfError_Type_HasItsCode(string type, string code) => Assert.Equal(code, s_failures.OfError(new VendorError(type, "", "x")).Code);

    [Fact]
    public async Task AnswerStream_WithoutEnd_IsMalformedAtTheBound()
    {
        await using var stream = new AnswerStream(new Endless(), s_failures);
        var buffer = new byte[1024 * 1024];
        var reads = 0;

        var failed = await Assert.ThrowsAsync<ModelException>(async () =>
        {
            while (await stream.ReadAsync(buffer) > 0)
            {
                reads++;
            }
        });

        Assert.Equal((ModelErrors.Malformed, 64), (failed.Failure.Code, reads));
    }

    private static Failure Of(int status, string body)
    {
        using var response = new HttpResponseMessage();
        HttpResponseHeaders headers = response.Headers;
        return s_failures.OfStatus(status, body, headers, DateTimeOffset.UnixEpoch);
    }

    private sealed class Endless : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);
    }
}
