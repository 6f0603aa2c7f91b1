using System.Text;
using Actant.Api;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Tests.Api;

/// <summary>Commands are read from JSON, and from texts, with all that is wrong at once.</summary>
[Trait("Row", "I10")]
public sealed class CommandTests
{
    [Fact]
    public void Submit_SeveralFaults_AreNamedAtOnceWithTheirPaths()
    {
        var refused = SubmitCommand.Read(Fields("""
            {"agent": "a", "definition": {}, "priority": 10, "labels": {"x": 1}, "security_context": {"sandbox": false}, "deliver_to": [{}], "colour": 1}
            """)).Refusal!;

        Assert.Equal("invalid_input", refused.Code);
        Assert.Equal(
            [
                ("$.input", "missing_field"), ("$.priority", "wrong_type"), ("$.security_context.sandbox", "wrong_type"), ("$.labels.x", "wrong_type"),
                ("$.deliver_to[0].url", "missing_field"), ("$.agent", "missing_field"), ("$.colour", "unknown_field"),
            ],
            refused.Errors!.Select(static error => (error.Path, error.Code)));
    }

    [Fact]
    public void Submit_Whole_IsReadAsItWasSent()
    {
        var command = SubmitCommand.Read(Fields("""
            {"agent": "sums", "input": "x", "thread_id": "t", "priority": 9, "timeout_ms": 1000, "when_busy": "reject", "start": false,
             "labels": {"a": "b"}, "deliver_to": [{"url": "https://example.com", "secret": "secret://key"}]}
            """)).Value!;

        Assert.Equal(("sums", "t", 9, TimeSpan.FromSeconds(1), BusyStrategy.Reject, false), (command.Agent, command.Thread, command.Priority, command.Timeout, command.WhenBusy, command.Start));
        Assert.Equal("b", command.Labels["a"]);
        Assert.Equal("key", Assert.Single(Assert.Single(command.DeliverTo!).Secrets!));
    }

    [Fact]
    public void List_OfJsonAndOfTexts_IsTheSame()
    {
        var json = ListExecutionsCommand.Read(Fields("""{"status": "failed", "label": ["a=b"], "limit": 7, "cursor": "c"}""")).Value!;
        var texts = ListExecutionsCommand.Read(Texts(("status", "failed"), ("label", "a=b"), ("limit", "7"), ("cursor", "c"))).Value!;

        Assert.Equal(json.Page, texts.Page);
        Assert.Equal((ExecutionStatus.Failed, "b"), (json.Filter.Status, json.Filter.Labels["a"]));
        Assert.Equal((ExecutionStatus.Failed, "b"), (texts.Filter.Status, texts.Filter.Labels["a"]));
    }

    [Fact]
    public void List_FaultyTexts_AreNamedWithTheirParameters()
    {
        var refused = ListExecutionsCommand.Read(Texts(("status", "odd"), ("agent", ""), ("label", "none"), ("limit", "0"))).Refusal!;

        Assert.Equal(["?status", "?agent", "?label", "?limit"], refused.Errors!.Select(static error => error.Path));
    }

    [Fact]
    public void State_Operations_AreReadInOrder()
    {
        var command = UpdateStateCommand.Read(Fields("""{"operations": [{"op": "set", "key": "a", "value": null}, {"op": "remove", "key": "b", "id": "1"}]}"""), "t").Value!;

        Assert.Equal([(StateOperationKind.Set, "a"), (StateOperationKind.Remove, "b")], command.Operations.Select(static operation => (operation.Op, operation.Key)));
    }

    [Theory]
    [InlineData("{", "$")]
    [InlineData("[]", "$")]
    [InlineData("""{"a": 1, "a": 2}""", "$")]
    [InlineData("""{"a": ["\ud800"]}""", "$.a[0]")]
    [InlineData("""{"a": {"\ud800": 1}}""", "$")]
    public void Document_CannotBeUsed_IsRefusedWithThePlace(string text, string path)
    {
        var refused = CommandDocument.Read(Encoding.UTF8.GetBytes(text)).Refusal!;

        Assert.Equal("invalid_json", refused.Code);
        Assert.Equal(path, Assert.Single(refused.Errors!).Path);
    }

    [Theory]
    [InlineData("nonsense", "", null)]
    [InlineData("""{"type": "dance", "request_id": "1"}""", "dance", "1")]
    [InlineData("""{"type": "resume", "request_id": "2"}""", "resume", "2")]
    [InlineData("""{"type": "stop", "request_id": "3", "colour": 1}""", "stop", "3")]
    public async Task Steering_MessageCannotBeRead_IsRefusedUnderItsName(string text, string type, string? requestId)
    {
        var message = SteeringMessage.Read(Encoding.UTF8.GetBytes(text), "0199aaaa-0000-7000-8000-000000000001");

        var reply = await message.CarryOutAsync(null!, Caller.Machine, TestContext.Current.CancellationToken);

        Assert.Equal((type, requestId, "invalid_input"), (message.Type, message.RequestId, reply.Refusal?.Code));
    }

    private static JsonFields Fields(string json) => CommandDocument.Read(Encoding.UTF8.GetBytes(json)).Value!.Fields();

    private static TextFields Texts(params (string Name, string Value)[] values) =>
        new(name => [.. values.Where(pair => pair.Name == name).Select(static pair => pair.Value)]);
}
