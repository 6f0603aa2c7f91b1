using System.Text;
using Actant.Definitions;
using Actant.Executions;
using Actant.LanguageModels;
using Actant.Secrets;
using Actant.Tools;
using Actant.Validation;

namespace Actant.Tests.Validation;

/// <summary>The key that a model brings along is looked for before anything runs, as the secrets of tools are.</summary>
[Trait("Row", "S7")]
public sealed class ModelKeyTests
{
    [Theory]
    [InlineData("zz", "$.model.api_key unknown_secret")]
    [InlineData("known", "")]
    [InlineData("agent-0198c0de-0000-7000-8000-000000000001", "$.model.api_key unknown_secret")]
    public void Validate_KeyOfAModel_IsLookedForWhereItsSecretsAre(string secret, string expected)
    {
        var secrets = new EnvironmentSecrets(static name => name == "ACTANT_SECRET_KNOWN" ? "sesame" : null);

        Assert.Equal(expected, ProblemsOf(secret, secrets));
    }

    [Fact]
    public void Validate_NobodyKnowsWhereSecretsAre_LeavesItToTheCall() => Assert.Equal("", ProblemsOf("zz", null));

    private static string ProblemsOf(string secret, ISecretSource? secrets)
    {
        var read = DefinitionReader.Read(Encoding.UTF8.GetBytes(
            $"name: agent\ninstructions: x\nmodel: {{provider: scripted, model_name: m, api_key: 'secret://{secret}'}}"));
        var context = EngineContext.Of(new ToolRegistry([]), new ModelProviders([new ScriptedModelProvider(TimeProvider.System)], secrets), null);
        return string.Join('\n', DefinitionValidator.Validate(read, context).Problems.Select(static problem => $"{problem.Path} {problem.Code}"));
    }
}
