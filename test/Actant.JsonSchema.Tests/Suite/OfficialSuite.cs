using System.Text.Json;

namespace Actant.Schemas.Tests;

/// <summary>
/// The official JSON-Schema-Test-Suite, read from a checkout that JSON_SCHEMA_TEST_SUITE names; it is not part of this
/// repository. Tests that need it are skipped without it.
/// </summary>
internal static class OfficialSuite
{
    public const string Variable = "JSON_SCHEMA_TEST_SUITE";

    private const string Draft = "draft2020-12";
    private const string RemoteBase = "http://localhost:1234/";

    public static string? Directory => Environment.GetEnvironmentVariable(Variable);

    public static IEnumerable<OfficialTest> Read(string subfolder, Predicate<string>? filter = null)
    {
        var folder = Path.Combine(Directory!, "tests", Draft, subfolder);
        foreach (var file in System.IO.Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (filter is not null && !filter(name))
            {
                continue;
            }

            foreach (var group in JsonElement.Parse(File.ReadAllBytes(file)).EnumerateArray())
            {
                foreach (var test in group.GetProperty("tests").EnumerateArray())
                {
                    yield return new OfficialTest(
                        $"{name} | {group.GetProperty("description").GetString()} | {test.GetProperty("description").GetString()}",
                        group.GetProperty("schema"),
                        test.GetProperty("data"),
                        test.GetProperty("valid").GetBoolean());
                }
            }
        }
    }

    public static JsonSchemaOptions ReadOptions(bool assertFormats = false)
    {
        var folder = Path.Combine(Directory!, "remotes");
        var remotes = System.IO.Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetRelativePath(folder, file).Replace('\\', '/'), File: file))
            .Where(remote => remote.Name.StartsWith(Draft, StringComparison.Ordinal) || !remote.Name.StartsWith("draft", StringComparison.Ordinal))
            .ToDictionary(remote => RemoteBase + remote.Name, remote => JsonElement.Parse(File.ReadAllBytes(remote.File)), StringComparer.Ordinal);
        return new JsonSchemaOptions { Remotes = remotes, AssertFormats = assertFormats };
    }

    /// <summary>Why the test fails, or null if it passes.</summary>
    public static string? Run(OfficialTest test, JsonSchemaOptions options)
    {
        if (!JsonSchema.TryCompile(test.Schema, out var schema, out var problems, options))
        {
            return "does not compile: " + string.Join("; ", problems);
        }

        var result = schema.Validate(test.Data);
        if (schema.IsValid(test.Data) != result.IsValid || (!result.IsValid && result.Errors.Count == 0))
        {
            return "IsValid and Validate disagree";
        }

        return result.IsValid == test.IsValid ? null : $"valid = {result.IsValid}: {string.Join("; ", result.Errors)}";
    }
}
