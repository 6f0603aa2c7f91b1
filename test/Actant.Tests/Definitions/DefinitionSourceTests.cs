using System.Text;
using System.Text.Json;
using Actant.Definitions;

namespace Actant.Tests.Definitions;

public sealed class DefinitionSourceTests
{
    private const string Yaml = """
        # The same agent as the JSON beside it.
        name: "twin"
        limits: {max_steps: +0x10, timeout_seconds: 1.50}
        model: &model
          provider: openai
          model_name: gpt-4o
          temperature: .5
          options: {version: "1.0", on: no, octal: 0o17, nothing: ~, empty:, long: 00012, text: !!str 12}
        nodes:
          - name: a
            type: agent
            system_prompt: |
              Line one
              Line two
            model: *model
          - {name: b, type: prompt, template: 'It''s {{ state.x }}', output: true}
        edges:
        - from: a
          to: b
        """;

    private const string Json = """
        {"edges": [{"to": "b", "from": "a"}],
         "limits": {"max_steps": "+0x10", "timeout_seconds": 1.50},
         "model": {"provider": "openai", "model_name": "gpt-4o", "temperature": 0.5,
           "options": {"version": "1.0", "on": "no", "octal": 15, "nothing": null, "empty": null, "long": 12, "text": "12"}},
         "nodes": [
           {"name": "a", "type": "agent", "system_prompt": "Line one\nLine two\n",
            "model": {"provider": "openai", "model_name": "gpt-4o", "temperature": 0.5,
              "options": {"version": "1.0", "on": "no", "octal": 15, "nothing": null, "empty": null, "long": 12, "text": "12"}}},
           {"name": "b", "type": "prompt", "template": "It's {{ state.x }}", "output": true}],
         "name": "tw\u0069n"}
        """;

    [Fact]
    public void Read_YamlAndJson_GiveTheSameSourceAndHash()
    {
        var yaml = DefinitionSamples.Read(Yaml.Replace("+0x10", "0x10"), "a.yaml");
        var json = DefinitionSamples.Read(Json.Replace("\"+0x10\"", "16"), "a.json");

        Assert.Empty(yaml.Problems);
        Assert.True(JsonElement.DeepEquals(json.Definition!.Source, yaml.Definition!.Source));
        Assert.Equal(json.Definition.Hash, yaml.Definition.Hash);
    }

    [Fact]
    public void Read_SignedHexadecimalYaml_IsAText() =>
        DefinitionSamples.AssertOnly(DefinitionSamples.Read(Yaml), "$.limits.max_steps", DefinitionErrors.WrongType);

    [Fact]
    public void Read_JsonIsYaml_EitherReaderAgrees() => Assert.Equal(
        DefinitionSamples.ReadValid(DefinitionSamples.Graph, "a.json").Hash,
        DefinitionSamples.ReadValid(DefinitionSamples.Graph, "a.yaml").Hash);

    [Fact]
    public void Read_OtherLayoutAndOrder_KeepTheHash()
    {
        var one = DefinitionSamples.ReadValid("""{"name": "a", "model": {"provider": "openai", "model_name": "x"}}""");
        var other = DefinitionSamples.ReadValid("{ \"model\":{\"model_name\":\"\\u0078\",\n\"provider\":\"openai\"},\"name\":\"a\" }");

        Assert.Equal(one.Hash, other.Hash);
        Assert.NotEqual(one.Hash, DefinitionSamples.ReadValid("""{"name": "a", "model": {"provider": "openai", "model_name": "y"}}""").Hash);
    }

    [Fact]
    public void Read_Hash_IsStableForEver() => Assert.Equal(
        "69cdebb023692c3904087168a30da5caf0bc2a96798bca85928d0f68ac71a263", DefinitionSamples.ReadValid("{name: pinned, role: cook, model: gpt-4o, tools: [calculator], max_turns: 3}", "a.yaml").Hash.Value);

    [Theory]
    [InlineData(DefinitionSamples.Graph)]
    [InlineData("{role: \"cook <of> 'ünïcödé' 🍲\", model: scripted, tools: {calculator: true}}")]
    public void Read_SourceAgain_GivesTheSameDefinition(string document)
    {
        var first = DefinitionSamples.ReadValid(document, "named-by-file");

        var again = DefinitionReader.Read(first.Source).Definition!;

        Assert.Equal(first.Hash, again.Hash);
        Assert.Equal(first.Name, again.Name);
        Assert.Equal(first.Source.GetRawText(), again.Source.GetRawText());
        Assert.Equal(first.Graph.Nodes.Select(Describe), again.Graph.Nodes.Select(Describe));
        Assert.Equal(first.Graph.Edges, again.Graph.Edges);
        Assert.Equal(first.Limits, again.Limits);
    }

    [Fact]
    public void Read_Source_KeepsTheOrderOfFields()
    {
        var agent = DefinitionSamples.ReadValid("model: scripted\nname: a\nrole: cook");

        Assert.Equal("""{"model":"scripted","name":"a","role":"cook"}""", agent.Source.GetRawText());
    }

    [Fact]
    public void Read_BytesChangedAfterwards_LeaveTheDefinition()
    {
        var document = Encoding.UTF8.GetBytes("""{"name": "a", "model": "scripted"}""");
        var agent = DefinitionReader.Read(document).Definition!;

        Array.Clear(document);

        Assert.Equal("a", agent.Source.GetProperty("name").GetString());
    }

    private static string Describe(NodeDefinition node) =>
        $"{node.Name} {node.Type} {node.SystemPrompt} {node.Model?.ModelName} {string.Join(',', node.Tools)} {node.OnError} {node.Template}";
}
