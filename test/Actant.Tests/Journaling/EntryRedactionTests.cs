using System.Text;
using System.Text.Json;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Tests.Journaling;

/// <summary>What is left of an entry whose content was erased says nothing about anybody, and can still be sent to a vendor.</summary>
[Trait("Row", "X14")]
public sealed class EntryRedactionTests
{
    [Theory]
    [InlineData(
        """{"role":"user","name":"Ada","content":"I am secret"}""",
        """{"role":"user","name":"[erased]","content":"[erased]"}""")]
    [InlineData(
        """{"role":"tool","name":"look_up","tool_call_id":"call_1","content":"secret"}""",
        """{"role":"tool","name":"look_up","tool_call_id":"call_1","content":"[erased]"}""")]
    [InlineData(
        """{"role":"user","content":[{"type":"file","file":{"file_id":"secret"}},{"type":"text","text":"secret"}]}""",
        """{"role":"user","content":[{"type":"text","text":"[erased]"},{"type":"text","text":"[erased]"}]}""")]
    [InlineData(
        """{"role":"assistant","provider":"claude","content":"secret","parts":[{"type":"reasoning","signature":"s"}],"tool_calls":[{"id":"call_1","vendor_id":"v","name":"pay","arguments":{"to":"Ada","n":5},"provider_data":{"s":1}}]}""",
        """{"role":"assistant","provider":"claude","content":"[erased]","tool_calls":[{"id":"call_1","vendor_id":"v","name":"pay","arguments":{"to":"[erased]","n":0}}]}""")]
    public void Redact_Message_LeavesItsFormAndWhatAVendorTakes(string message, string left)
    {
        var body = """{"v":2,"kind":"input_received","at":0,"payload":{"input":{"messages":[MESSAGE]}}}""".Replace("MESSAGE", message, StringComparison.Ordinal);
        var entry = new StoredEntry(1, Guid.Empty, null, 1, Encoding.UTF8.GetBytes(body));

        var redacted = JsonElement.Parse(EntryRedaction.Redact(entry, null)!);

        Assert.Equal(left, redacted.GetProperty("payload").GetProperty("input").GetProperty("messages")[0].GetRawText());
    }

    [Theory]
    [InlineData("""{"call_id":"c","tool":"look","output":[{"type":"image_url","image_url":{"url":"secret"}},{"type":"text","text":"secret"}],"has_parts":true}""",
        """[{"type":"text","text":"[erased]"},{"type":"text","text":"[erased]"}]""")]
    [InlineData("""{"call_id":"c","tool":"look","output":[{"type":"secret"}]}""", """[{"type":"[erased]"}]""")]
    public void Redact_Result_LeavesPartsThatAVendorTakes(string payload, string left)
    {
        var entry = new StoredEntry(1, Guid.Empty, null, 1, Encoding.UTF8.GetBytes($$"""{"v":2,"kind":"tool_finished","at":0,"payload":{{payload}}}"""));

        var redacted = JsonElement.Parse(EntryRedaction.Redact(entry, null)!);

        Assert.Equal(left, redacted.GetProperty("payload").GetProperty("output").GetRawText());
    }
}
