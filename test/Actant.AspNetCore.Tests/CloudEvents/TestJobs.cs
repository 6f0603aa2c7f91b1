using System.Text.Json.Nodes;

namespace Actant.AspNetCore.Tests.CloudEvents;

/// <summary>Events that bring jobs.</summary>
internal static class TestJobs
{
    public const string Definition = """
        {"tool_definitions": [], "nodes": [{"type": "orchestrator", "name": "main", "model": {"provider": "scripted", "model_name": "m", "options": {"default": "hello"}}, "system_prompt": "You are a helpful assistant.", "tools": []}], "edges": []}
        """;

    public static JsonObject Event(string id = "job-1") => new()
    {
        ["specversion"] = "1.0",
        ["type"] = "dev.my-platform.agent.execute",
        ["source"] = "test-client",
        ["id"] = id,
        ["datacontenttype"] = "application/json",
        ["data"] = new JsonObject
        {
            ["job_id"] = id,
            ["agent_definition"] = JsonNode.Parse(Definition),
            ["input"] = JsonNode.Parse("""{"messages": [{"role": "user", "content": "Hello!"}]}"""),
        },
    };

    /// <summary>An event with something changed: <c>data.job_id=</c> sets JSON, an empty value takes the field away.</summary>
    public static string With(string change)
    {
        var changed = Event();
        var (path, value) = (change.Split('=')[0], change[(change.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var at = (JsonNode)changed;
        var names = path.Split('.');
        foreach (var name in names[..^1])
        {
            at = at[name]!;
        }

        if (value.Length == 0)
        {
            at.AsObject().Remove(names[^1]);
        }
        else
        {
            at[names[^1]] = JsonNode.Parse(value);
        }

        return changed.ToJsonString();
    }
}
