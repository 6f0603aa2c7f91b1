using System.Runtime.CompilerServices;
using Actant.Definitions;
using Microsoft.Extensions.AI;

namespace Actant.LanguageModels;

/// <summary>
/// The models that need no network and no key: they answer from the rules and the script in their options, and without any do
/// sums with the <c>calculator</c> tool. See <c>docs/scripted-model.md</c>.
/// </summary>
public sealed class ScriptedModelProvider : IModelProvider
{
    /// <summary>The name that definitions use.</summary>
    public const string ProviderName = "scripted";

    /// <summary>The model that does sums, with whatever options.</summary>
    public const string CalculatorModel = "calculator";

    private readonly TimeProvider _time;
    private readonly ConditionalWeakTable<ModelDefinition, ScriptedChatClient> _clients = [];

    /// <summary>The provider <c>scripted</c>; its delays run on the given clock.</summary>
    public ScriptedModelProvider(TimeProvider time)
        : this(time, ProviderName)
    {
    }

    private ScriptedModelProvider(TimeProvider time, string name)
    {
        _time = time;
        Name = name;
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <summary>
    /// Answers in the place of another provider, whose options it does not read. Its answers name themselves in
    /// <see cref="ModelCallProperties.Source"/>.
    /// </summary>
    public static ScriptedModelProvider StandInFor(string provider, TimeProvider time) => new(time, provider);

    /// <inheritdoc />
    public IReadOnlyList<DefinitionProblem> Check(ModelDefinition model)
    {
        Read(model, out var problems);
        return problems;
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The options are wrong; <see cref="Check"/> says so before.</exception>
    public IChatClient Create(ModelDefinition model) => _clients.GetValue(model, Build);

    private ScriptedChatClient Build(ModelDefinition model)
    {
        var options = Read(model, out var problems);
        if (problems.Count > 0)
        {
            throw new ArgumentException($"{problems[0].Path}: {problems[0].Message}", nameof(model));
        }

        var calculator = model.ModelName == CalculatorModel || !options.HasAnswers;
        IScript script = calculator ? new CalculatorScript(options) : options;
        return new ScriptedChatClient(script, model.ModelName, _time);
    }

    private ScriptedOptions Read(ModelDefinition model, out List<DefinitionProblem> problems)
    {
        problems = [];
        return model.Options is { } options && Name == ProviderName
            ? new ScriptedOptionsReader(problems).Read(options, "$.options")
            : new ScriptedOptions();
    }
}
