using Actant.LanguageModels;
using Actant.Testing.Vendors;
using Microsoft.Extensions.AI;

namespace Actant.Models.Tests;

/// <summary>What the vendor calls a request: whoever asks its support, or reads its bills, needs that.</summary>
public abstract partial class VendorConformance
{
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_HeadWithAnId_NamesTheRequest(bool streamed)
    {
        Vendor.Reply(VendorReply.Say("one ", "two") with { Headers = RequestId("req_011CSHoEeqs5C35K2UUqR7Fy") });

        Assert.Equal("req_011CSHoEeqs5C35K2UUqR7Fy", IdOf(await CallAsync(streamed)));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(null, false)]
    [InlineData("two words", true)]
    [InlineData("two words", false)]
    public async Task Call_HeadWithoutAnId_NamesTheAnswer(string? header, bool streamed)
    {
        Vendor.Reply(VendorReply.Say("one ", "two") with { Headers = header is null ? new Dictionary<string, string>() : RequestId(header) });

        var response = await CallAsync(streamed);

        Assert.Equal(response.ResponseId, IdOf(response));
        Assert.NotNull(response.ResponseId);
    }

    [Fact]
    public async Task Call_IdWithoutEnd_IsLeftOut()
    {
        Vendor.Reply(VendorReply.Say("one") with { Headers = RequestId(new string('x', 300)) });

        Assert.DoesNotContain("xxx", IdOf(await CallAsync(streamed: true)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_Refusal_NamesTheRequest(bool streamed)
    {
        Vendor.Reply(new VendorReply { Fault = VendorFault.RateLimit, Headers = RequestId("req_1") });

        Assert.Equal("req_1", (await Assert.ThrowsAsync<ModelException>(() => CallAsync(streamed))).RequestId);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_CutInTheMiddle_NamesTheRequest(bool streamed)
    {
        using var handler = new HeadersSeen();
        Vendor.Reply(VendorReply.Say("one ", "two ", "three") with { Headers = RequestId("req_2"), After = InTheMiddle, Cuts = true, CutWhen = handler.Task });

        Assert.Equal("req_2", (await Assert.ThrowsAsync<ModelException>(() => CallAsync(streamed, handler: handler))).RequestId);
    }

    private static Dictionary<string, string> RequestId(string id) => new() { ["request-id"] = id };

    // Of a stream, one update says it, and that belongs to the message.
    private static string IdOf(ChatResponse response) => Assert.Single(
        response.Messages.Select(message => message.AdditionalProperties).Append(response.AdditionalProperties)
            .Select(properties => properties?.GetValueOrDefault(ModelCallProperties.RequestId)).OfType<string>());
}
