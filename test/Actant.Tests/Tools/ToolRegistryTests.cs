using System.Text.Json;
using Actant.Definitions;
using Actant.Tools;

namespace Actant.Tests.Tools;

[Trait("Row", "T4")]
public sealed class ToolRegistryTests
{
    private static readonly ToolRegistry s_registry = new(
        [new TemperatureTool(), FunctionTool.Create((string to) => to, "send", "Sends."), FunctionTool.Create(() => 1, "wait", "Waits.", ToolClass.Durable)]);

    [Fact]
    public void Registry_Names_HoldBuiltInAndOwnTools()
    {
        Assert.Equal(["calculator", "send", "to_celsius", "wait"], s_registry.Names);
        Assert.Equal("calculator", s_registry.Nearest("calculater"));
        Assert.True(s_registry.TryGet("send", out var send));
        Assert.Equal((ToolClass.Unsafe, "Sends."), (send.Class, send.Description));
        Assert.False(s_registry.TryGet("Send", out _));
    }

    [Theory]
    [InlineData("calculator")]
    [InlineData("with space")]
    [InlineData("line\n")]
    [InlineData("")]
    public void Registry_BadOrTakenName_IsRefused(string name)
    {
        var method = () => 1;
        Assert.Throws<ArgumentException>(() => new ToolRegistry([FunctionTool.Create(method, "x", "x"), new Named(name)]));
    }

    [Fact]
    public void TryBind_Definition_OverridesWhatItSays()
    {
        var schema = JsonElement.Parse("""{"properties": {"to": {"enum": ["a@example.com"]}}}""");
        Assert.True(s_registry.TryBind(
            new ToolDefinition
            {
                Name = "mail",
                Type = "code",
                Description = "Mails.",
                Config = JsonElement.Parse("""{"tool": "send"}"""),
                Parameters = schema,
                RequiresApproval = true,
                OnUnknownOutcome = UnknownOutcomePolicy.Fail,
                Limits = new ToolLimits { MaxOutputBytes = 5 },
            },
            out var mail,
            out var problems));

        Assert.Empty(problems);
        Assert.Equal(("mail", "Mails.", true, UnknownOutcomePolicy.Fail, 5), (mail.Name, mail.Description, mail.RequiresApproval, mail.OnUnknownOutcome, mail.Limits.MaxOutputBytes));
        Assert.Null(mail.CheckArguments(JsonElement.Parse("""{"to": "a@example.com"}""")));
        Assert.Contains("$.to", mail.CheckArguments(JsonElement.Parse("""{"to": "b@example.com"}"""))!.Message);
        Assert.Contains("$", mail.CheckArguments(JsonElement.Parse("{}"))!.Message);
        Assert.True(s_registry.TryGet("send", out var own));
        Assert.NotEqual(own.Version, mail.Version);
    }

    [Theory]
    [InlineData("""{"class": "TemperatureTool"}""")]
    [InlineData("""{"class": "Actant.Tests.Tools.TemperatureTool"}""")]
    [InlineData("""{"class": "to_celsius", "enabled": true}""")]
    public void TryBind_CustomToolsClass_IsFound(string config)
    {
        Assert.True(s_registry.TryBind(
            new ToolDefinition { Name = "celsius", Type = "code", Config = JsonElement.Parse(config) }, out var tool, out _));
        Assert.Equal(("celsius", "to_celsius"), (tool.Name, tool.Tool.Name));
    }

    [Theory]
    [InlineData("to_celsius", ToolClass.Pure, true)]
    [InlineData("to_celsius", ToolClass.Idempotent, true)]
    [InlineData("to_celsius", ToolClass.Unsafe, true)]
    [InlineData("to_celsius", ToolClass.Durable, false)]
    [InlineData("send", ToolClass.Unsafe, true)]
    [InlineData("send", ToolClass.Idempotent, false)]
    [InlineData("send", ToolClass.Pure, false)]
    [InlineData("wait", ToolClass.Durable, true)]
    [InlineData("wait", ToolClass.Unsafe, false)]
    public void TryBind_SideEffects_OnlyGetStricter(string name, ToolClass stated, bool allowed)
    {
        var bound = s_registry.TryBind(new ToolDefinition { Name = name, Type = "code", SideEffects = stated }, out var tool, out var problems);

        Assert.Equal(allowed, bound);
        Assert.Equal(allowed ? stated : null, tool?.Class);
        Assert.Equal(allowed ? [] : ["laxer_side_effects"], problems.Select(problem => problem.Code));
    }

    [Fact]
    public void TryBind_WrongDefinitions_AreNamedByPath()
    {
        Assert.False(s_registry.TryBind(
            new ToolDefinition { Name = "x", Type = "code", Config = JsonElement.Parse("""{"tool": "to_celsios"}""") }, out _, out var unknown));
        Assert.Equal(new("$.config.tool", "unknown_tool", "No tool 'to_celsios' is registered; is 'to_celsius' meant?"), Assert.Single(unknown));

        Assert.False(s_registry.TryBind(
            new ToolDefinition { Name = "send", Type = "builtin", Parameters = JsonElement.Parse("""{"type": "text"}""") }, out _, out var schema));
        Assert.Equal(("$.parameters", "invalid_schema"), (schema[0].Path, schema[0].Code));

        Assert.False(s_registry.TryBind(new ToolDefinition { Name = "send", Type = "mcp" }, out _, out var type));
        Assert.Equal("$.type", Assert.Single(type).Path);
    }

    private sealed class Named(string name) : Tool
    {
        public override string Name => name;

        public override string Description => "";

        public override JsonElement Parameters => JsonElement.Parse("{}");

        public override ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
