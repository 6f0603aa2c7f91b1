using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Actant.Secrets;

namespace Actant.LanguageModels;

/// <summary>The providers of a process by name; never changes once built.</summary>
public sealed class ModelProviders
{
    private readonly FrozenDictionary<string, IModelProvider> _providers;

    /// <summary>Takes the providers. Two of one name are an <see cref="ArgumentException"/>: nobody could say which is meant.</summary>
    /// <param name="providers">The providers.</param>
    /// <param name="secrets">Where the keys are found that models bring along, to be looked for before anything runs; without it they are not.</param>
    public ModelProviders(IEnumerable<IModelProvider> providers, ISecretSource? secrets = null)
    {
        Secrets = secrets;
        var byName = new Dictionary<string, IModelProvider>();
        foreach (var provider in providers)
        {
            if (!byName.TryAdd(provider.Name, provider))
            {
                throw new ArgumentException($"There are two model providers named '{provider.Name}'.", nameof(providers));
            }
        }

        _providers = byName.ToFrozenDictionary();
        Names = [.. byName.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>All names, sorted.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Where the keys of models are found, if that is known.</summary>
    internal ISecretSource? Secrets { get; }

    /// <summary>Whether there is a model for nodes that name none.</summary>
    internal bool HasDefault => _providers.ContainsKey(GivenModelProvider.DefaultName);

    /// <summary>What that model calls itself.</summary>
    internal string? DefaultModel =>
        _providers.GetValueOrDefault(GivenModelProvider.DefaultName) is { } provider ? (provider as GivenModelProvider)?.ModelName ?? GivenModelProvider.OwnModel : null;

    /// <summary>The provider of exactly that name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out IModelProvider? provider) => _providers.TryGetValue(name, out provider);

    /// <summary>The known name closest to a mistyped one, for a message; <c>null</c> if none is close.</summary>
    public string? Nearest(string name) => Spelling.Nearest(name, Names);
}
