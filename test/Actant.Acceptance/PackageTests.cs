using System.Net.Http.Json;
using System.Text.Json;

namespace Actant.Acceptance;

/// <summary>The packages as somebody uses them who has nothing else of this repository.</summary>
public sealed class PackageTests
{
    private static readonly string[] s_packages = ["Actant", "Actant.AspNetCore", "Actant.CloudEvents", "Actant.Expressions", "Actant.JsonSchema", "Actant.Sqlite"];

    [Fact]
    [Trait("Row", "A6")]
    [Trait("Row", "C4")]
    public async Task Packages_InAForeignApplication_RestoreBuildAndAnswer()
    {
        using var folder = new TemporaryFolder();
        foreach (var package in s_packages)
        {
            await DotnetTool.RunAsync(DotnetTool.Root, "pack", $"src/{package}", "--no-build", "-c", DotnetTool.Configuration, "-o", Path.Combine(folder.Path, "feed"));
        }

        Assert.Equal(s_packages.Select(name => $"{name}.0.1.0"), Names(folder, "*.nupkg"));
        Assert.Equal(s_packages.Select(name => $"{name}.0.1.0"), Names(folder, "*.snupkg"));
        WriteApplication(folder);
        await DotnetTool.RunAsync(folder.Path, "build", "-c", "Release", "-o", Path.Combine(folder.Path, "out"));

        await using var application = await DotnetTool.StartAsync(folder.Path, Path.Combine(folder.Path, "out/Outside.dll"), "--urls", "http://127.0.0.1:0");
        var asked = await application.Client.GetStringAsync("/ask?question=How%20many%20apples?", TestContext.Current.CancellationToken);
        var response = await application.Client.PostAsJsonAsync("/api/v1/agents/clerk/execute", new { input = "How many pears?" }, TestContext.Current.CancellationToken);
        var executed = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal("There are 7 apples.", asked);
        Assert.Equal("There are 7 pears.", executed.GetProperty("output").GetProperty("response").GetString());
        Assert.Equal("stock", executed.GetProperty("output").GetProperty("tool_results")[0].GetProperty("tool_name").GetString());
        Assert.True(File.Exists(Path.Combine(folder.Path, "data/actant.db")));
    }

    /// <summary>
    /// Example 07 against the packages. Its own packages folder: a package of the same version that another build left in the
    /// user's would be taken instead. The sources are the machine's, and the folder with the packages.
    /// </summary>
    private static void WriteApplication(TemporaryFolder folder)
    {
        var example = Path.Combine(DotnetTool.Root, "examples/07-embedding");
        foreach (var file in Directory.GetFiles(example, "*.cs"))
        {
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
        {
            folder.Write(name, "<Project />");
        }

        folder.Write("Outside.csproj", """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestorePackagesPath>$(MSBuildProjectDirectory)/packages</RestorePackagesPath>
                <RestoreAdditionalProjectSources>$(MSBuildProjectDirectory)/feed</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Actant.AspNetCore" Version="0.1.0" />
                <PackageReference Include="Actant.Sqlite" Version="0.1.0" />
              </ItemGroup>
            </Project>
            """);
    }

    private static IEnumerable<string?> Names(TemporaryFolder folder, string pattern) =>
        Directory.GetFiles(Path.Combine(folder.Path, "feed"), pattern).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
}
