using System.Collections.Concurrent;
using System.Collections.Frozen;
using Actant.Journaling;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Actant.Prices;

/// <summary>
/// Prices by model. A whole name goes before a beginning, a longer beginning before a shorter one. Sums are exact. A model
/// without a price costs 0, and a warning says so once.
/// </summary>
public sealed partial class ModelPriceTable : IModelPrices
{
    private const decimal Million = 1_000_000;
    private const int MostWarnings = 1000;

    private static readonly Lazy<IReadOnlyList<ModelPrice>> s_builtIn = new(ReadBuiltIn);

    private readonly FrozenDictionary<(string Provider, string Model), ModelPrice> _whole;
    private readonly ModelPrice[] _beginnings;
    private readonly ConcurrentDictionary<(string Provider, string Model), bool> _warned = new();

    // Hashed once: a price is asked for with every answer.
    private readonly ConcurrentDictionary<ModelPrice, string> _versions = new(ReferenceEqualityComparer.Instance);
    private readonly ILogger _log;

    /// <summary>A table; of two prices of one name the later one counts.</summary>
    public ModelPriceTable(IEnumerable<ModelPrice> prices, ILoggerFactory? logs = null)
    {
        var byName = new Dictionary<(string, string), ModelPrice>();
        foreach (var price in prices)
        {
            byName[(price.Provider, price.Model)] = price;
        }

        _whole = byName.ToFrozenDictionary();
        _beginnings = [.. byName.Values.Where(price => price.Model.EndsWith('*')).OrderByDescending(price => price.Model.Length)];
        _log = (logs ?? NullLoggerFactory.Instance).CreateLogger("Actant.Prices");
    }

    /// <summary>The prices that came with this release, each with the day on which it held.</summary>
    public static IReadOnlyList<ModelPrice> BuiltIn => s_builtIn.Value;

    /// <summary>Reads a price file, JSON or YAML: <c>prices</c>, a list. All that is wrong is told at once.</summary>
    /// <param name="utf8">The file.</param>
    /// <param name="fileName">Its extension tells JSON from YAML.</param>
    public static (IReadOnlyList<ModelPrice> Prices, IReadOnlyList<DefinitionProblem> Problems) Read(ReadOnlyMemory<byte> utf8, string? fileName = null) =>
        PriceFileReader.Read(utf8, fileName);

    /// <inheritdoc />
    public decimal PriceOf(string provider, string model, Usage usage) => CostOf(provider, model, usage).Usd;

    /// <inheritdoc />
    public ModelCost CostOf(string provider, string model, Usage usage) => CostOf(provider, model, model, usage);

    /// <inheritdoc />
    public ModelCost CostOf(string provider, string model, string asked, Usage usage)
    {
        if ((Find(provider, model) ?? Find(provider, asked)) is not { } price)
        {
            Warn(provider, model);
            return default;
        }

        var plain = Math.Max(0, usage.Input - usage.Cached - usage.CacheWrites);
        var reasoning = Math.Clamp(usage.Reasoning, 0, Math.Max(0, usage.Output));
        var cost = new CostBreakdown
        {
            Input = plain * price.Input / Million,
            Cached = usage.Cached * (price.CachedInput ?? price.Input) / Million,
            CacheWrites = usage.CacheWrites * (price.CacheWrite ?? price.Input) / Million,
            Output = (usage.Output - reasoning) * price.Output / Million,
            Reasoning = reasoning * price.Output / Million,
            Price = _versions.GetOrAdd(price, static known => known.Version),
        };
        return cost.Total is var total && total == 0 ? default : new ModelCost(total, cost);
    }

    /// <summary>The price of a model; <c>null</c> if there is none.</summary>
    public ModelPrice? Find(string provider, string model) => _whole.GetValueOrDefault((provider, model))
        ?? Array.Find(_beginnings, price => price.Provider == provider && model.AsSpan().StartsWith(price.Model.AsSpan(..^1), StringComparison.Ordinal));

    private void Warn(string provider, string model)
    {
        // Whoever writes definitions chooses the names; the memory is bounded.
        if (_warned.Count < MostWarnings && _warned.TryAdd((provider, model), true))
        {
            LogUnknown(_log, provider, model);
        }
    }

    private static IReadOnlyList<ModelPrice> ReadBuiltIn()
    {
        using var file = typeof(ModelPriceTable).Assembly.GetManifestResourceStream("prices.json")!;
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        var (prices, problems) = Read(copy.ToArray(), "prices.json");
        return problems.Count == 0 ? prices : throw new InvalidOperationException($"prices.json: {problems[0].Path}: {problems[0].Message}");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No price is known for {Model} of {Provider}: its calls count as 0. Add it to the price file.")]
    private static partial void LogUnknown(ILogger log, string provider, string model);
}
