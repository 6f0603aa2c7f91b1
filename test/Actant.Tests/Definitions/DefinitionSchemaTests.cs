using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Actant.Definitions;
using Actant.Egress;
using Actant.HttpTools;
using Actant.Schemas;
using Actant.Secrets;
using Actant.Tools;
using Actant.Validation;

namespace Actant.Tests.Definitions;

/// <summary>
/// The schema and the reader say the same. Every object of whole documents gets every field that either knows, with values of every
/// type; every value is replaced and left out: what the reader refuses the schema refuses, and what the validator refuses of one place; and
/// what the schema refuses one of them refuses.
/// </summary>
[Trait("Row", "A5")]
public sealed partial class DefinitionSchemaTests
{
    private const string Simple = """
        {
          "name": "Some One", "description": "Does sums", "agent_type": "llm", "is_active": true, "priority": 3, "durability": "exit",
          "role": "math expert", "instructions": "Count.", "model": {"provider": "openai", "model": "gpt-4o", "top_p": 0.5, "max_output_tokens": 9,
            "stop": ["a", "b"], "timeout_ms": 1000, "options": {}, "api_key": "secret://KEY"},
          "tools": {"calculator": true, "custom_tool": false}, "max_turns": 4, "on_cut": "retry",
          "custom_tools": {"custom_tool": {"class": "CustomTool", "enabled": true, "description": "d", "limits": {"max_calls": 3, "window_seconds": 1.5}}},
          "deliver_to": [{"url": "https://example.org", "events": ["failed"], "secret": ["secret://A", "secret://B"]}],
          "callback_url": "https://example.org", "limits": {"max_steps": 7, "timeout_ms": 7}
        }
        """;

    private const string Waiting = """
        {
          "name": "waiting",
          "state": {"a": "set", "b": null, "c": {}},
          "nodes": [
            {"name": "pause", "type": "wait", "for_ms": 5},
            {"name": "child", "type": "graph", "spawn": true, "graph": {"nodes": [{"name": "x", "type": "transform", "set": {"y": "1"}}], "edges": [], "state": {"y": "add"}}, "output": {"a": "state.y"}, "is_output": true},
            {"name": "draft", "type": "prompt", "prompt": "Hi", "model": "scripted", "on_cut": "fail", "on_error": "continue"}
          ],
          "edges": [{"from": "pause", "to": "child"}, {"from": "child", "to": "draft", "type": "direct"}]
        }
        """;

    private const string Tools = """
        {
          "name": "tools", "instructions": "x", "model": "gpt-4o",
          "tool_definitions": [
            {"name": "post", "type": "http", "config": {"method": "POST", "url": "https://api.example.com/x", "query": {"q": "1"}, "headers": {"X-A": "b"},
              "json": {"k": "v"}, "response": {"pointer": "/a", "parts": false}, "follow_redirects": false}},
            {"name": "get", "type": "http", "config": {"method": "get", "url": "https://api.example.com/x", "response": null}, "limits": {"max_calls": 3, "window_seconds": 60}},
            {"name": "form", "type": "http", "config": {"method": "PUT", "url": "https://api.example.com/x", "form": {"a": 1}, "headers": {"X-B": null}}},
            {"name": "any", "type": "builtin", "config": {"tool": "http_request", "methods": ["get"], "allowed_domains": ["example.com"]}},
            {"name": "http_request", "type": "builtin", "config": {"methods": ["POST", "HEAD"]}},
            {"name": "other", "type": "agent", "config": {"agent": "math"}},
            {"name": "mine", "type": "code", "config": {"class": "CustomTool"}}
          ],
          "tools": ["post", "get", "form", "any", "http_request", "other", "mine"]
        }
        """;

    /// <summary>What of a definition is in one place: whoever writes it can be told by the schema alone. The rest depends on other parts, or on what there is here.</summary>
    private static readonly string[] s_local = ["missing_field", "unknown_field", "wrong_type", "out_of_range", "unknown_value", "duplicate_field", "misplaced_field"];

    private static readonly DefinitionContext s_context = Context();

    private static readonly string[] s_values =
    [
        "0.5", "0.9999", "86400.0001", "2", "2.1", "60", "1000", "1001", "10000", "10001", "86400", "86401", "2147483647", "2147483648", "315360000000", "315360000001",
        "\"post\"", "\"http\"", "\"code\"", "\"bogus\"", "\"http_request\"", "\"/a~2\"", "[\"get\", \"POST\"]", "{\"url\": \"https://example.com\"}", "{\"agent\": 1}", "{\"tool\": \"http_request\", \"methods\": []}",
        "null", "true", "false", "0", "1", "-1", "1.5", "2000000", "99999999999999", "\"\"", "\"text\"", "\"no such name!\"", "\"gpt-4o\"", "\"start\"", "\"set\"", "\"all\"", "\"fail\"",
        "\"agent\"", "\"secret://KEY\"", "\"secret://no key\"", "[]", "[\"a\"]", "[1]", "[null]", "{}", "{\"a\": true}", "{\"a\": \"b\"}", "{\"a\": null}", "{\"b c\": \"d\"}", "{\"model_name\": \"unheard-of\"}",
    ];

    private static readonly string[] s_types = ["null", "true", "1", "\"text\"", "[]", "{}"];

    private static readonly JsonSchema s_schema = JsonSchema.Parse(Encoding.UTF8.GetString(DefinitionSchema.Utf8.Span));

    public static TheoryData<string> Documents => [DefinitionSamples.Graph, Simple, Waiting, Tools, .. DefinitionPageTests.Examples.Select(static row => AsJson(row.Data))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Schema_Document_IsValid(string document) => Assert.Empty(s_schema.Validate(JsonElement.Parse(document)).Errors);

    [Theory]
    [InlineData(DefinitionSamples.Graph)]
    [InlineData(Simple)]
    [InlineData(Waiting)]
    [InlineData(Tools)]
    public void Schema_EveryFieldOnEveryObject_AgreesWithTheReader(string document)
    {
        var names = FieldNames();
        Assert.InRange(names.Count, 80, 150);
        var root = JsonNode.Parse(document)!;
        foreach (var fields in Objects(root).ToList())
        {
            foreach (var name in names)
            {
                var before = fields[name];
                fields.Remove(name);
                AssertSame(root, $"{fields.GetPath()} without {name}");
                foreach (var value in s_types)
                {
                    fields[name] = JsonNode.Parse(value);
                    AssertSame(root, $"{fields.GetPath()}.{name} = {value}");
                }

                fields.Remove(name);
                if (before is not null)
                {
                    fields[name] = before;
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Schema_EveryValueReplaced_AgreesWithTheReader(string document)
    {
        var root = JsonNode.Parse(document)!;
        foreach (var list in Lists(root).ToList())
        {
            for (var i = 0; i < list.Count; i++)
            {
                var before = list[i];
                foreach (var value in s_values)
                {
                    list[i] = JsonNode.Parse(value);
                    AssertSame(root, $"{list.GetPath()}[{i}] = {value}");
                }

                list[i] = before;
            }
        }

        foreach (var fields in Objects(root).ToList())
        {
            foreach (var (name, before) in fields.ToList())
            {
                fields["no_such_field"] = 1;
                AssertSame(root, $"{fields.GetPath()}.no_such_field");
                fields.Remove("no_such_field");
                foreach (var value in s_values)
                {
                    fields[name] = JsonNode.Parse(value);
                    AssertSame(root, $"{fields.GetPath()}.{name} = {value}");
                }

                fields[name] = before;
            }
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("""{"name": null}""")]
    [InlineData("""{"name": "x", "edges": []}""")]
    [InlineData("""{"name": "x", "nodes": null}""")]
    public void Schema_OddRoot_AgreesWithTheReader(string document) => AssertSame(JsonNode.Parse(document), document);

    [Theory]
    [InlineData("2.1", "2.1 is out of range: 0 to 2.")]
    [InlineData("-0.1", "-0.1 is out of range: 0 to 2.")]
    public void Bounds_AreNamedAsTheyAreWritten(string temperature, string message)
    {
        var used = DefinitionSamples.Check($$$"""{"name": "x", "model": {"model": "gpt-4o", "temperature": {{{temperature}}}}}""");
        var unused = DefinitionSamples.Check(
            $$$"""{"name": "x", "model": {"model": "gpt-4o", "temperature": {{{temperature}}}}, "nodes": [{"name": "a", "type": "prompt", "template": "b"}]}""");

        Assert.Equal(message, Assert.Single(used.Problems).Message);
        Assert.Equal(("$.model.temperature", message), (Assert.Single(unused.Problems).Path, unused.Problems[0].Message));
    }

    [Fact]
    public void Schema_InTheRepository_IsWhatIsBuilt()
    {
        var file = TestPages.PathOf("agent.schema.json");
        var built = Encoding.UTF8.GetString(DefinitionSchema.Utf8.Span);

        Assert.True(File.Exists(file) && File.ReadAllText(file) == built, $"{file} is not what the reader takes: write it anew with `./dev actant schema > docs/agent.schema.json`.");
    }

    private static void AssertSame(JsonNode? document, string what)
    {
        var element = JsonElement.Parse(document?.ToJsonString() ?? "null");
        var read = DefinitionReader.Read(element);
        var isValid = s_schema.IsValid(element);
        var found = read.Problems.Count > 0 ? read.Problems : DefinitionValidator.Validate(read, s_context).Problems;
        if (isValid ? found.Any(static problem => s_local.Contains(problem.Code) && !IsOfMoreThanOnePlace(problem)) : found.Count == 0)
        {
            Assert.Fail($"{what}: the reader and the validator say {string.Join("; ", found.DefaultIfEmpty())}, the schema {string.Join("; ", s_schema.Validate(element).Errors)}");
        }
    }

    /// <summary>What has such a code and is not seen in one place.</summary>
    private static bool IsOfMoreThanOnePlace(DefinitionProblem problem) =>
        problem.Path.EndsWith(".default", StringComparison.Ordinal) || problem.Path.EndsWith(".max_backoff_ms", StringComparison.Ordinal) || problem.Path.EndsWith(".allowed_domains", StringComparison.Ordinal);

    private static DefinitionContext Context()
    {
        var guard = new EgressGuard(new EgressPolicy());
        var http = new HttpToolType(guard, new EnvironmentSecrets(static _ => null), TimeProvider.System);
        return DefinitionSamples.Context with
        {
            ToolTypes = new HashSet<string> { "builtin", "agent", "code", http.Name },
            ToolMakers = new Dictionary<string, IToolType> { [http.Name] = http },
            BuiltinTools = new Dictionary<string, Tool>(DefinitionSamples.Context.BuiltinTools) { ["http_request"] = new HttpRequestTool(guard, TimeProvider.System) },
        };
    }

    private static string AsJson(string document) => DefinitionSamples.Read(document).Definition!.Source.GetRawText();

    /// <summary>Every field that the schema knows, and every one that the source of the readers takes.</summary>
    private static HashSet<string> FieldNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var properties in Objects(JsonNode.Parse(DefinitionSchema.Utf8.Span)!).Select(static schema => schema["properties"]).OfType<JsonObject>())
        {
            names.UnionWith(properties.Select(static property => property.Key));
        }

        var readers = Directory.GetFiles(Path.Combine(TestPages.Root, "src", "Actant", "Definitions"), "*Reader.cs");
        foreach (var call in readers.SelectMany(static file => Taken().Matches(File.ReadAllText(file))))
        {
            names.UnionWith(call.Groups["names"].Value.Split(',').Select(static name => name.Trim(' ', '"')));
        }

        return names;
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject fields => fields.Select(static field => field.Value).SelectMany(Objects).Prepend(fields),
        JsonArray items => items.SelectMany(Objects),
        _ => [],
    };

    private static IEnumerable<JsonArray> Lists(JsonNode? node) => node switch
    {
        JsonObject fields => fields.Select(static field => field.Value).SelectMany(Lists),
        JsonArray items => items.SelectMany(Lists).Prepend(items),
        _ => [],
    };

    [GeneratedRegex("(?:Take|Require)\\((?<names>\"[^)]*\")\\)", RegexOptions.NonBacktracking)]
    private static partial Regex Taken();
}
