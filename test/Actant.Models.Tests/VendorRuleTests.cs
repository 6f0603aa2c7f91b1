using System.Net;
using System.Text;
using Actant.Testing.Vendors;

namespace Actant.Models.Tests;

/// <summary>The fakes refuse what the vendors refuse, with a 400 that says why; a test that a fake did not refuse shows something only then.</summary>
public sealed class VendorRuleTests
{
    private const string User = """{"role": "user", "content": "Hi"}""";
    private const string ToolsOpen = """ "tools": [{"type": "function", "function": {"name": "a", "parameters": {"type": "object"}}}] """;
    private const string ToolsAnthropic = """ "tools": [{"name": "a", "input_schema": {"type": "object"}}] """;

    private const string CallOpen = """{"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "a", "arguments": "{}"}}]}""";
    private const string ResultOpen = """{"role": "tool", "tool_call_id": "c1", "content": "1"}""";
    private const string CallAnthropic = """{"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "a", "input": {}}]}""";
    private const string ResultAnthropic = """{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "1"}]}""";

    [Theory]
    [InlineData($"{User}", ToolsOpen, null)]
    [InlineData($"{User}, {CallOpen}, {ResultOpen}", ToolsOpen, null)]
    [InlineData("", ToolsOpen, "too short")]
    [InlineData($$"""{{User}}, {"role": "assistant", "content": "Well,"}""", ToolsOpen, "last message role")]
    [InlineData("""{"role": "user", "content": ""}""", ToolsOpen, "is empty")]
    [InlineData("""{"role": "user", "content": " \n"}""", ToolsOpen, "is empty")]
    [InlineData("""{"role": "user", "content": []}""", ToolsOpen, "too short")]
    [InlineData("""{"role": "user", "content": null}""", ToolsOpen, "expected a string")]
    [InlineData("""{"role": "user", "content": [{"type": "text", "text": ""}]}""", ToolsOpen, "is empty")]
    [InlineData("""{"role": "user", "content": [{"type": "tool_use", "id": "x"}]}""", ToolsOpen, "unknown")]
    [InlineData($$"""{{User}}, {"role": "assistant", "content": ""}, {{User}}""", ToolsOpen, "is empty")]
    [InlineData($$"""{{User}}, {"role": "assistant"}, {{User}}""", ToolsOpen, "expected a string")]
    [InlineData($$"""{{User}}, {"role": "assistant", "tool_calls": []}, {{User}}""", ToolsOpen, "too short")]
    [InlineData($"{User}, {ResultOpen}", ToolsOpen, "must be a response")]
    [InlineData($"{User}, {CallOpen}, {User}", ToolsOpen, "no tool messages respond")]
    [InlineData($"{User}, {CallOpen}", ToolsOpen, "must be followed by tool messages")]
    [InlineData($"{User}, {CallOpen}, {ResultOpen}, {ResultOpen}", ToolsOpen, "must be a response")]
    [InlineData("""{"role": "robot", "content": "Hi"}""", ToolsOpen, "not one of the roles")]
    [InlineData("""{"role": "user", "content": "Hi", "mood": 1}""", ToolsOpen, "mood")]
    [InlineData(User, """ "mood": 1 """, "mood")]
    [InlineData(User, """ "tools": [] """, "too short")]
    [InlineData(User, """ "tools": [{"type": "function", "function": {"name": "a b"}}] """, "does not match")]
    [InlineData(User, """ "tools": [{"type": "function", "function": {"name": "a"}}, {"type": "function", "function": {"name": "a"}}] """, "unique")]
    [InlineData(User, """ "tool_choice": "auto" """, "tool_choice")]
    [InlineData(User, """ "parallel_tool_calls": true """, "parallel_tool_calls")]
    public async Task OpenAIAndGroq_Request_IsRefusedForIt(string messages, string rest, string? complaint)
    {
        await CheckAsync(new FakeOpenAI(), "/chat/completions", $$"""{"model": "m", "messages": [{{messages}}], {{rest}}}""", complaint);
        await CheckAsync(new FakeGroq(), "/chat/completions", $$"""{"model": "m", "messages": [{{messages}}], {{rest}}}""", complaint);
    }

    [Theory]
    [InlineData("""{"role": "user", "content": "Hi", "name": "ada"}""", """ "n": 1 """, "name")]
    [InlineData(User, """ "logprobs": true """, "logprobs")]
    public async Task Groq_WhatOnlyOpenAITakes_IsRefused(string messages, string rest, string complaint)
    {
        await CheckAsync(new FakeOpenAI(), "/chat/completions", $$"""{"model": "m", "messages": [{{messages}}], {{rest}}}""", null);
        await CheckAsync(new FakeGroq(), "/chat/completions", $$"""{"model": "m", "messages": [{{messages}}], {{rest}}}""", complaint);
    }

    [Theory]
    [InlineData(User, ToolsAnthropic, null)]
    [InlineData($"{User}, {User}", ToolsAnthropic, null)]
    [InlineData($"{User}, {CallAnthropic}, {ResultAnthropic}", ToolsAnthropic, null)]
    [InlineData($"{User}, {CallAnthropic}, {ResultAnthropic}, {User}", ToolsAnthropic, null)]
    [InlineData("", ToolsAnthropic, "at least one message")]
    [InlineData($$"""{{User}}, {"role": "assistant", "content": "Well,"}""", ToolsAnthropic, "prefill")]
    [InlineData($$"""{"role": "assistant", "content": "Well,"}, {{User}}""", ToolsAnthropic, "first message")]
    [InlineData("""{"role": "user", "content": ""}""", ToolsAnthropic, "non-whitespace")]
    [InlineData("""{"role": "user", "content": []}""", ToolsAnthropic, "non-empty content")]
    [InlineData("""{"role": "user", "content": [{"type": "text", "text": " "}]}""", ToolsAnthropic, "non-whitespace")]
    [InlineData($$"""{"role": "system", "content": "Be brief."}, {{User}}""", ToolsAnthropic, "Unexpected role")]
    [InlineData(User, """ "system": "" """, "system")]
    [InlineData(User, """ "system": [{"type": "text", "text": ""}] """, "system")]
    [InlineData($"{User}, {CallAnthropic}, {User}", ToolsAnthropic, "ids were found without")]
    [InlineData($"{User}, {CallAnthropic}", ToolsAnthropic, "prefill")]
    [InlineData($"{User}, {CallAnthropic}, {User}, {ResultAnthropic}", ToolsAnthropic, "ids were found without")]
    [InlineData(ResultAnthropic, ToolsAnthropic, "unexpected")]
    [InlineData($"{User}, {CallAnthropic}, {ResultAnthropic}, {ResultAnthropic}", ToolsAnthropic, "single result")]
    [InlineData($"{User}, {CallAnthropic}, {ResultAnthropic}, {CallAnthropic}, {ResultAnthropic}", ToolsAnthropic, "unique")]
    [InlineData($$"""{"role": "user", "content": "Hi", "name": "ada"}""", ToolsAnthropic, "name")]
    [InlineData(User, """ "mood": 1 """, "mood")]
    [InlineData(User, """ "temperature": 1.5 """, "temperature")]
    [InlineData(User, """ "tools": [] """, "too short")]
    [InlineData(User, """ "tools": [{"name": "a.b", "input_schema": {"type": "object"}}] """, "does not match")]
    [InlineData(User, """ "tools": [{"name": "a", "input_schema": {}}] """, "input_schema")]
    [InlineData(User, """ "tools": [{"name": "a", "input_schema": {"type": "object", "oneOf": []}}] """, "oneOf")]
    [InlineData(User, """ "tool_choice": {"type": "auto"} """, "tool_choice")]
    public Task Anthropic_Request_IsRefusedForIt(string messages, string rest, string? complaint) =>
        CheckAsync(new FakeAnthropic(), "/v1/messages", $$"""{"model": "m", "max_tokens": 10, "messages": [{{messages}}], {{rest}}}""", complaint);

    private static async Task CheckAsync(FakeVendor vendor, string path, string body, string? complaint)
    {
        await using var _ = vendor;
        await vendor.StartAsync();
        vendor.Reply(VendorReply.Say("ok"));
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, vendor.Address.AbsoluteUri.TrimEnd('/') + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Authorization", $"Bearer {FakeVendor.Key}");
        request.Headers.Add("anthropic-version", "2023-06-01");

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(complaint is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(complaint ?? "ok", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(complaint is null ? 0 : 1, vendor.Refused.Count);
    }
}
