using System.Text;
using Actant.Definitions;
using Actant.Egress;
using Actant.HttpTools;
using Actant.LanguageModels;
using Actant.Schemas;
using Actant.Secrets;
using Actant.Tools;
using Actant.Validation;

namespace Actant.Repository.Tests;

/// <summary>The examples are a numbered ladder of definitions that run anywhere.</summary>
public sealed class ExampleTests
{
    private static readonly string[] s_folders = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "examples"))
        .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Definitions() => [.. Repository.FilesUnder("examples", "/agent.yaml")];

    [Fact]
    public void Folders_Numbers_AreALadder() =>
        Assert.Equal(Enumerable.Range(1, s_folders.Length).Select(number => number.ToString("D2")), s_folders.Select(folder => folder[..2]));

    [Fact]
    public void Folders_EachOne_IsExplained() =>
        Assert.All(s_folders, folder => Assert.StartsWith($"# {folder[..2]} ", Repository.Read($"examples/{folder}/README.md"), StringComparison.Ordinal));

    [Fact]
    public void Definitions_EveryName_IsItsFolders() =>
        Assert.All(Repository.FilesUnder("examples", "/agent.yaml"), file => Assert.Equal(file.Split('/')[1][3..], Read(file).Definition?.Name));

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Definition_OnItsHost_HasNoProblems(string file)
    {
        using var guard = new EgressGuard(new EgressPolicy());
        var context = new DefinitionContext
        {
            ToolTypes = new HashSet<string>([.. new DefinitionContext().ToolTypes, "http"]),
            ToolMakers = new Dictionary<string, IToolType> { ["http"] = new HttpToolType(guard, new SecretChain([]), TimeProvider.System) },
            BuiltinTools = new Dictionary<string, Tool> { ["calculator"] = new CalculatorTool() },
            CodeTools = ToolsOf(file).ToDictionary(tool => tool.Name),
            ModelProviders = new Dictionary<string, IModelProvider> { ["scripted"] = new ScriptedModelProvider(TimeProvider.System) },
        };

        Assert.Empty(DefinitionValidator.Validate(Read(file), context).Problems);
    }

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Definition_ForEditors_NamesTheSchemaAndFitsIt(string file)
    {
        var schema = JsonSchema.Parse(Encoding.UTF8.GetString(DefinitionSchema.Utf8.Span));
        var line = Repository.Read(file).Split('\n')[0];

        Assert.StartsWith("# yaml-language-server: $schema=", line, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, line.Split('=')[1])), line);
        Assert.Empty(schema.Validate(Read(file).Definition!.Source).Errors);
    }

    // What the program of an example registers in code.
    private static IEnumerable<Tool> ToolsOf(string file) => file.Contains("survive-a-crash", StringComparison.Ordinal)
        ? ((string[])["record_pure", "record_idempotent", "record_unsafe"]).Select(name => FunctionTool.Create((int step) => $"step {step}", name, "Records that it was called."))
        : [];

    private static DefinitionResult Read(string file) => DefinitionReader.Read(File.ReadAllBytes(Path.Combine(Repository.Root, file)), file);
}
