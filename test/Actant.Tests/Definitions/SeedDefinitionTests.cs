using System.Text.Json;
using Actant.Definitions;
using Actant.Validation;

namespace Actant.Tests.Definitions;

/// <summary>Definitions as other systems write them: they must be read as they are.</summary>
[Trait("Row", "A2")]
public sealed class SeedDefinitionTests
{
    [Fact]
    public void Check_DefinitionOfAnExecuteEvent_IsValid()
    {
        using var cloudEvent = JsonDocument.Parse("""
            {
              "data": {
                "job_id": "test-job-123",
                "agent_definition": {
                  "tool_definitions": [],
                  "nodes": [{
                    "type": "orchestrator",
                    "name": "main",
                    "model": {"provider": "openai", "model_name": "gpt-4o"},
                    "system_prompt": "You are a helpful assistant.",
                    "tools": []
                  }],
                  "edges": []
                }
              }
            }
            """);

        var read = DefinitionReader.Read(cloudEvent.RootElement.GetProperty("data").GetProperty("agent_definition"), "test-job-123");
        var result = DefinitionValidator.Validate(read, DefinitionSamples.Context);

        Assert.Empty(result.Problems);
        Assert.Equal(("test-job-123", "main"), (result.Definition!.Name, result.Definition.Graph.Nodes[0].Name));
    }

    [Theory]
    [InlineData("""
        {
          "name": "Math Assistant",
          "role": "math expert",
          "instructions": "You are a math expert. Use the calculator tool for arithmetic operations.",
          "tools": {"calculator": true},
          "custom_tools": {}
        }
        """)]
    [InlineData("""
        {
          "name": "Custom Agent",
          "tools": {"custom_tool": true},
          "custom_tools": {"custom_tool": {"class": "CustomTool", "enabled": true}}
        }
        """)]
    public void Validate_AgentConfigWithModelFromTheCaller_IsValid(string document)
    {
        var context = DefinitionSamples.Context with { HasDefaultModel = true };

        Assert.Empty(DefinitionValidator.Validate(DefinitionSamples.Read(document), context).Problems);
    }

    [Fact]
    public void Check_AgentCreatedOverTheApi_IsValid() => Assert.Empty(DefinitionSamples.Check(
        """{"name": "Test Agent", "description": "Test agent", "model": "claude-sonnet-4-20250514", "is_active": true}""").Problems);
}
