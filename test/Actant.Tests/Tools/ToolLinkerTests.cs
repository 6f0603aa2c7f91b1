using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Actant.Tools;

namespace Actant.Tests.Tools;

[Trait("Row", "T5")]
public sealed class ToolLinkerTests
{
    private readonly FarTools _far = new();

    [Fact]
    public async Task Link_GraphForm_PutsTheListInThePlaceOfTheName()
    {
        var linked = await LinkAsync("""
            name: a
            model: scripted
            tool_definitions:
              - {name: far, type: far, requires_approval: true, side_effects: idempotent, limits: {timeout_ms: 7}, config: {open: [x, y.z]}}
              - {name: sums, type: builtin, config: {tool: calculator}}
            nodes:
              - {name: one, type: agent, tools: [calculator, far]}
              - {name: two, type: graph, graph: {nodes: [{name: in, type: agent, tools: [far, sums]}]}}
            edges: [{from: one, to: two}]
            """);

        var agent = linked.Definition!;
        Assert.Equal(["x", "y_z_", "sums"], agent.Tools.Select(static tool => tool.Name.Length > 4 ? tool.Name[..4] : tool.Name));
        Assert.Equal(["calculator", "x", agent.Tools[1].Name], agent.Graph.Nodes[0].Tools);
        Assert.Equal(["x", agent.Tools[1].Name, "sums"], agent.Graph.Nodes[1].Graph!.Nodes[0].Tools);
        Assert.All(agent.Tools.Take(2), static tool => Assert.Equal((true, ToolClass.Idempotent, 7.0), (tool.RequiresApproval, tool.SideEffects, tool.Limits!.Timeout.TotalMilliseconds)));

        // What is stored is read again to the same, and the list cannot change it.
        var again = DefinitionReader.Read(Encoding.UTF8.GetBytes(agent.Source.GetRawText())).Definition!;
        Assert.Equal(agent.Hash, again.Hash);
        Assert.Equal(agent.Graph.Nodes[0].Tools, again.Graph.Nodes[0].Tools);
    }

    [Theory]
    [InlineData("""tools: [far]""")]
    [InlineData("""tools: {far: true, calculator: false}""")]
    public async Task Link_SimpleForm_NamesTheTools(string tools)
    {
        var linked = await LinkAsync($$"""
            name: a
            instructions: Work.
            {{tools}}
            tool_definitions: [{name: far, type: far, config: {open: [x, y]} }]
            """);

        Assert.Equal(["x", "y"], linked.Definition!.Graph.Nodes[0].Tools);
    }

    [Fact]
    public async Task Link_NamesThatAreTaken_GetOthersWhichStayTheSame()
    {
        var text = $$"""
            name: a
            tools: [far, mine, other]
            tool_definitions:
              - {name: mine, type: builtin, config: {tool: calculator} }
              - {name: far, type: far, config: {open: [mine, calculator, delegate_to_x, {{new string('n', 70)}}, a b, a-b]} }
              - {name: other, type: far, config: {open: [a-b]} }
            """;

        var names = (await LinkAsync(text)).Definition!.Tools.Select(static tool => tool.Name).ToList();

        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain("calculator", names);
        Assert.All(names, static name => Assert.Matches(@"\A[A-Za-z0-9_-]{1,64}\z", name));
        Assert.DoesNotContain("delegate_to_x", names);
        Assert.Equal(names, (await LinkAsync(text)).Definition!.Tools.Select(static tool => tool.Name));
    }

    [Fact]
    public async Task Link_ToolNode_NeedsOneToolUnderItsOwnName()
    {
        const string Text = """
            name: a
            tool_definitions: [{name: far, type: far, config: {open: [WHICH]}}]
            nodes: [{name: one, type: tool, tool: far}]
            """;

        var one = await LinkAsync(Text.Replace("WHICH", "far", StringComparison.Ordinal));
        var several = await LinkAsync(Text.Replace("WHICH", "x, y", StringComparison.Ordinal));

        Assert.Equal("far", Assert.Single(one.Definition!.Tools).Name);
        Assert.Equal("$.tool_definitions[0].config", Assert.Single(several.Problems).Path);
    }

    [Fact]
    public async Task Link_ListThatCannotBeHad_IsAProblemAtTheDefinition()
    {
        var linked = await LinkAsync("""
            name: a
            tools: [far]
            tool_definitions: [{name: sums, type: builtin, config: {tool: calculator}}, {name: far, type: far, config: {open: [], fault: away}}]
            """);

        Assert.Equal(("$.tool_definitions[1].config.open", "tools_unavailable"), (Assert.Single(linked.Problems).Path, linked.Problems[0].Code));
    }

    [Fact]
    public async Task Link_NothingOpen_IsTheSameObjectAndNothingIsAsked()
    {
        var definition = Read("{name: a, tools: [calculator], tool_definitions: [{name: far, type: far, config: {open: [x]}}]}");

        var linked = await new ToolLinker(Registry()).LinkAsync(TenantId.Default, definition, TestContext.Current.CancellationToken);

        Assert.Same(definition, linked.Definition);
        Assert.Equal(0, _far.Asked);
    }

    [Fact]
    public async Task Link_AgentThatIsCalled_IsLinkedTooUnderAnotherHash()
    {
        var inner = Read("{name: inner, tools: [far], tool_definitions: [{name: far, type: far, config: {open: [x]}}]}");
        var outer = Read("{name: outer, tools: [ask], tool_definitions: [{name: ask, type: agent, config: {agent: inner}}]}");
        outer = DefinitionDocument.Link(outer, new Dictionary<string, AgentDefinition> { ["ask"] = inner });

        var linked = (await new ToolLinker(Registry()).LinkAsync(TenantId.Default, outer, TestContext.Current.CancellationToken)).Definition!;

        Assert.Equal(["x"], linked.Agents["ask"].Graph.Nodes[0].Tools);
        Assert.NotEqual(outer.Hash, linked.Hash);
    }

    [Fact]
    public void Bind_NotListed_SaysWhatIsMissing()
    {
        var definition = Read("{name: a, tools: [far], tool_definitions: [{name: far, type: far, config: {open: [x]}}]}").Tools[0];

        Assert.False(Registry().TryBind(definition, out _, out var problems));

        Assert.Equal("tools_not_listed", Assert.Single(problems).Code);
    }

    private ValueTask<DefinitionResult> LinkAsync(string yaml) =>
        new ToolLinker(Registry()).LinkAsync(TenantId.Default, Read(yaml), TestContext.Current.CancellationToken);

    private ToolRegistry Registry() => new([], [_far]);

    private static AgentDefinition Read(string yaml)
    {
        var read = DefinitionReader.Read(Encoding.UTF8.GetBytes(yaml));
        return read.Definition ?? throw new InvalidOperationException(string.Join('\n', read.Problems));
    }

    /// <summary>Stands for the tools that its definition names.</summary>
    private sealed class FarTools : IToolSource
    {
        public int Asked { get; private set; }

        public string Name => "far";

        public bool IsOpen(ToolDefinition definition) => definition.Config!.Value.TryGetProperty("open", out _);

        public ValueTask<ToolListing> ListAsync(ToolDefinition definition, TenantId tenant, CancellationToken cancellationToken)
        {
            Asked++;
            return new(definition.Config!.Value.TryGetProperty("fault", out var fault)
                ? new ToolListing { Problems = [new("$.config.open", "tools_unavailable", fault.GetString()!)] }
                : new ToolListing
                {
                    Tools = [.. definition.Config.Value.GetProperty("open").EnumerateArray().Select(static name => new ListedTool
                    {
                        Name = name.GetString()!, Description = "Far.", Parameters = JsonElement.Parse("""{"type":"object"}"""), Config = JsonElement.Parse("{}"),
                    })],
                });
        }

        public bool TryCreate(ToolDefinition definition, [NotNullWhen(true)] out Tool? tool, out IReadOnlyList<DefinitionProblem> problems)
        {
            problems = [];
            tool = FunctionTool.Create(static () => 1, definition.Name, "Far.");
            return true;
        }

        public IReadOnlyList<DefinitionProblem> CheckPlace(ToolDefinition definition, TenantId tenant) => [];
    }
}
