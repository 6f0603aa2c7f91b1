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
    [InlineData("<html>too hot</html>", "A web page came")]
    [InlineData("<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head></html>", "Just a moment...")]
    [InlineData("""[{"error": {"code": 400, "message": "too hot", "status": "INVALID_ARGUMENT"}}]""", "too hot")]
    [InlineData("""{"error": null, "message": "too hot"}""", "too hot")]
    [InlineData("""{"errors": [{"message": "too hot", "code": 5007}], "success": false}""", "too hot")]
    [InlineData("""{"code": 1210, "msg": "too hot"}""", "too hot")]
    [InlineData("""{"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": "too hot"}}}""", "too hot")]
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
    [InlineData(403, "", ModelErrors.Unauthorized, false)]
    [InlineData(403, """{"type": "error", "error": {"type": "permission_error", "message": "Your API key does not have permission."}}""", ModelErrors.Unauthorized, false)]
    [InlineData(403, "<html><head><title>Just a moment...</title></head></html>", ModelErrors.Rejected, false)]
    [InlineData(403, """{"error": {"code": "unsupported_country_region_territory", "message": "Country, region, or territory not supported", "type": "request_forbidden"}}""", ModelErrors.Rejected, false)]
    [InlineData(403, """{"error": {"code": 403, "message": "Your chosen model requires moderation and your input was flagged."}}""", ModelErrors.Rejected, false)]
    [InlineData(403, """{"code": "The caller does not have permission", "error": "Your newly created team doesn't have any credits or licenses yet."}""", ModelErrors.QuotaExceeded, false)]
    [InlineData(429, """{"error": {"message": "Your account is suspended due to insufficient balance", "type": "exceeded_current_quota_error"}}""", ModelErrors.QuotaExceeded, false)]
    [InlineData(429, """{"error": {"code": "1113", "message": "Insufficient balance or no resource package. Please recharge."}}""", ModelErrors.QuotaExceeded, false)]
    [InlineData(429, """[{"error": {"code": 429, "message": "You exceeded your current quota, please retry in 30s.", "status": "RESOURCE_EXHAUSTED"}}]""", ModelErrors.RateLimited, true)]
    [InlineData(400, """{"type": "error", "error": {"type": "invalid_request_error", "message": "Your credit balance is too low to access the Anthropic API."}}""", ModelErrors.QuotaExceeded, false)]
    [InlineData(400, """{"code": "Arrearage", "message": "Access denied, please make sure your account is in good standing."}""", ModelErrors.QuotaExceeded, false)]
    [InlineData(400, """[{"error": {"code": 400, "message": "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", "status": "INVALID_ARGUMENT"}}]""", ModelErrors.ContextLengthExceeded, false)]
    [InlineData(400, """{"error": {"code": 400, "message": "the request exceeds the available context size, try increasing it", "type": "exceed_context_size_error"}}""", ModelErrors.ContextLengthExceeded, false)]
    [InlineData(500, """{"error": {"code": 500, "message": "context size exceeded", "type": "server_error"}}""", ModelErrors.ContextLengthExceeded, false)]
    [InlineData(400, """{"object": "error", "message": "The decoder prompt (length 9000) is longer than the maximum model length of 4096.", "code": 400}""", ModelErrors.ContextLengthExceeded, false)]
    [InlineData(400, """{"message": "Input is too long for requested model."}""", ModelErrors.ContextLengthExceeded, false)]
    [InlineData(400, """{"error": {"message": "This model's maximum prompt length is 131072 but the request contains 200000 tokens."}}""", ModelErrors.ContextLengthExceeded, false)]
    [InlineData(400, """{"error": {"message": "Prompt contains 40000 tokens, too large for model with 32768 maximum context length"}}""", ModelErrors.ContextLengthExceeded, false)]
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
