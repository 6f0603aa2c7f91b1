using System.Reflection;
using System.Text;
using Actant.Definitions;
using Actant.Egress;
using Actant.Executions;
using Actant.HttpTools;
using Actant.LanguageModels;
using Actant.Secrets;
using Actant.Tools;
using Actant.Validation;

namespace Actant.Tests.HttpTools;

/// <summary>Keeps the pages of tools, egress and secrets true.</summary>
public sealed class HttpPagesTests
{
    [Theory]
    [InlineData("tools.md")]
    [InlineData("egress.md")]
    [InlineData("secrets.md")]
    public void Page_Example_IsValid(string page)
    {
        using var guard = new EgressGuard(new EgressPolicy());
        var registry = new ToolRegistry(
            [new HttpRequestTool(guard, TimeProvider.System)],
            [new HttpToolType(guard, new EnvironmentSecrets(name => name is "ACTANT_SECRET_WEATHER_KEY" or "ACTANT_SECRET_SHOP_KEY" ? "value" : null), TimeProvider.System)]);
        var context = EngineContext.Of(registry, new ModelProviders([new ScriptedModelProvider(TimeProvider.System)]), null);

        var example = Assert.Single(TestPages.Read(page).Split("```yaml\n").Skip(1)).Split("\n```")[0];
        var result = DefinitionValidator.Validate(DefinitionReader.Read(Encoding.UTF8.GetBytes(example)), context);

        Assert.Empty(result.Problems);
        Assert.True(registry.TryBind(Assert.Single(result.Definition!.Tools), out _, out _));
    }

    [Fact]
    public void EgressPage_Arguments_AreThoseOfTheSchema()
    {
        using var guard = new EgressGuard(new EgressPolicy());
        var page = TestPages.Read("egress.md");

        Assert.All(
            new HttpRequestTool(guard, TimeProvider.System).Parameters.GetProperty("properties").EnumerateObject(),
            argument => Assert.Contains($"\n| `{argument.Name}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void EgressPage_Settings_AreThoseOfThePolicy()
    {
        var page = TestPages.Read("egress.md");

        Assert.All(
            typeof(EgressPolicy).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly),
            setting => Assert.Contains($"\n| `{setting.Name}{(setting.PropertyType == typeof(TimeSpan) ? "Seconds" : "")}` |", page, StringComparison.Ordinal));
    }
}
