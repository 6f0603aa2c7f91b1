using System.Globalization;
using System.Text.Json;
using Actant.Definitions;
using Actant.LanguageModels;

namespace Actant.Prices;

/// <summary>Reads price files; every wrong value becomes a problem.</summary>
internal static class PriceFileReader
{
    private const int MostPrices = 10_000;
    private const decimal HighestPrice = 1_000_000;
    private static readonly string[] s_required = ["provider", "model", "input", "output", "date", "source"];

    public static (IReadOnlyList<ModelPrice> Prices, IReadOnlyList<DefinitionProblem> Problems) Read(ReadOnlyMemory<byte> utf8, string? fileName)
    {
        var found = new ProblemList();
        if (DefinitionReader.ToJson(utf8, fileName, found) is not { } json)
        {
            return ([], found.Items);
        }

        try
        {
            return Read(JsonElement.Parse(json.Span, JsonLimits.Decoding));
        }
        catch (JsonException exception)
        {
            return ([], [new DefinitionProblem("$", DefinitionErrors.DocumentSyntax, exception.Message)]);
        }
    }

    private static (IReadOnlyList<ModelPrice>, IReadOnlyList<DefinitionProblem>) Read(JsonElement file)
    {
        var problems = new List<DefinitionProblem>();
        var prices = new OptionReader(file, "$", problems, "prices").List("prices", MostPrices, (item, path) => Read(item, path, problems));
        return problems.Count == 0 ? ([.. prices.OfType<ModelPrice>()], []) : ([], problems);
    }

    private static ModelPrice? Read(JsonElement item, string path, List<DefinitionProblem> problems)
    {
        var reader = new OptionReader(item, path, problems, "provider", "model", "input", "cached_input", "cache_write", "output", "date", "source");
        foreach (var name in s_required.Where(name => !reader.Has(name)))
        {
            reader.Note(path, DefinitionErrors.MissingField, $"A price needs `{name}`.");
        }

        var date = default(DateOnly);
        if (reader.Text("date") is { } day && !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date))
        {
            reader.Note($"{path}.date", DefinitionErrors.UnknownValue, "A day such as 2026-01-31 is expected.");
        }

        return new ModelPrice
        {
            Provider = reader.Text("provider") ?? "",
            Model = reader.Text("model") ?? "",
            Input = Price(reader, "input") ?? 0,
            CachedInput = Price(reader, "cached_input"),
            CacheWrite = Price(reader, "cache_write"),
            Output = Price(reader, "output") ?? 0,
            Date = date,
            Source = reader.Text("source") ?? "",
        };
    }

    // Exact: a price never passes through a binary fraction.
    private static decimal? Price(OptionReader reader, string name)
    {
        if (reader.Field(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var price) && price is >= 0 and <= HighestPrice)
        {
            return price;
        }

        var code = value.ValueKind == JsonValueKind.Number ? DefinitionErrors.OutOfRange : DefinitionErrors.WrongType;
        reader.Note($"{reader.Path}.{name}", code, $"A number from 0 to {HighestPrice}: USD for a million tokens.");
        return null;
    }
}
