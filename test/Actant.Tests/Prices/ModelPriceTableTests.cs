using System.Text;
using Actant.Journaling;
using Actant.Prices;
using Microsoft.Extensions.Logging;

namespace Actant.Tests.Prices;

[Trait("Row", "L3")]
public sealed class ModelPriceTableTests
{
    private const string Head = """{"prices": [{"provider": "p", "date": "2026-01-01", "source": "x", """;

    [Fact]
    public void PriceOf_AllKindsOfTokens_IsExactToTheLastDigit()
    {
        var table = Table(Head + """ "model": "m", "input": 2.5, "cached_input": 0.125, "cache_write": 3.125, "output": 9.99}]}""");

        var price = table.PriceOf("p", "m", new Usage { Input = 1_000_003, Cached = 400_001, CacheWrites = 7, Output = 13 });

        Assert.Equal(1.499987500m + 0.050000125m + 0.000021875m + 0.000129870m, price);
    }

    [Fact]
    public void CostOf_AllKindsOfTokens_AddsUpAndNamesItsPrice()
    {
        var table = Table(Head + """ "model": "m-*", "input": 2.5, "cached_input": 0.125, "cache_write": 3.125, "output": 9.99}]}""");
        var usage = new Usage { Input = 1_000_003, Cached = 400_001, CacheWrites = 7, Output = 13, Reasoning = 5 };

        var (usd, cost) = table.CostOf("p", "m-2026", usage);

        Assert.Equal((1.499987500m, 0.050000125m, 0.000021875m), (cost!.Input, cost.Cached, cost.CacheWrites));
        Assert.Equal((0.000079920m, 0.000049950m), (cost.Output, cost.Reasoning));
        Assert.Equal(table.PriceOf("p", "m-2026", usage), usd);
        Assert.Equal(usd, cost.Total);
        Assert.Matches("^p/m-\\*@2026-01-01#[0-9a-f]{8}$", cost.Price!);
    }

    [Theory]
    [InlineData(5, 9)]
    [InlineData(-5, 9)]
    [InlineData(20, -3)]
    public void CostOf_CountsThatCannotBe_StillAddUp(long reasoning, long output)
    {
        var table = Table(Head + """ "model": "m", "input": 1, "output": 2}]}""");
        var usage = new Usage { Output = output, Reasoning = reasoning };

        var (usd, cost) = table.CostOf("p", "m", usage);

        Assert.Equal(output * 2m / 1_000_000, usd);
        Assert.Equal(usd, cost!.Total);
    }

    [Fact]
    public void CostOf_AnsweredUnderANameThatNobodyKnows_CostsWhatWasAskedFor()
    {
        var table = Table(Head + """ "model": "asked", "input": 2, "output": 2}, {"provider": "p", "date": "2026-01-01", "source": "x", "model": "known", "input": 3, "output": 3}]}""");
        var usage = new Usage { Input = 1_000_000 };

        Assert.Equal(2, table.CostOf("p", "deployment-7", "asked", usage).Usd);
        Assert.Equal(3, table.CostOf("p", "known", "asked", usage).Usd);
        Assert.Equal(0, table.CostOf("elsewhere", "deployment-7", "asked", usage).Usd);
    }

    [Fact]
    public void CostOf_NothingOwed_HasNoParts()
    {
        var table = Table(Head + """ "model": "m", "input": 0, "output": 2}]}""");

        Assert.Equal(default, table.CostOf("p", "m", new Usage { Input = 5 }));
        Assert.Equal(default, table.CostOf("p", "unknown", new Usage { Input = 5 }));
    }

    [Theory]
    [InlineData("\"input\": 2.50, \"output\": 1", true)]
    [InlineData("\"input\": 2.5, \"output\": 1.1", false)]
    [InlineData("\"input\": 2.5, \"output\": 1, \"cached_input\": 0", false)]
    [InlineData("\"input\": 2.5, \"output\": 1, \"cache_write\": 0", false)]
    public void Version_Numbers_TellPricesOfOneDayApart(string numbers, bool isSame)
    {
        var first = Read(Head + """ "model": "m", "input": 2.5, "output": 1}]}""")[0].Version;
        var second = Read($$"""{{Head}} "model": "m", {{numbers}}}]}""")[0].Version;

        Assert.Equal(isSame, first == second);
    }

    [Fact]
    public void PriceOf_CacheWithoutPrices_CostsAsAnyInput()
    {
        var table = Table(Head + """ "model": "m", "input": 3, "output": 1}]}""");

        Assert.Equal(3m, table.PriceOf("p", "m", new Usage { Input = 1_000_000, Cached = 500_000, CacheWrites = 100_000 }));
    }

    [Fact]
    public void PriceOf_TokensWithoutEnd_DoesNotOverflow()
    {
        var table = Table(Head + """ "model": "m", "input": 1000, "output": 1000}]}""");

        Assert.True(table.PriceOf("p", "m", new Usage { Input = long.MaxValue, Output = long.MaxValue }) > 0);
    }

    [Theory]
    [InlineData("m-large", 1)]
    [InlineData("m-large-2026-01-01", 2)]
    [InlineData("m-large-mini", 3)]
    [InlineData("m-tiny", 4)]
    [InlineData("n", 0)]
    public void PriceOf_Names_WholeBeforeLongerBeforeShorterBeginning(string model, int price)
    {
        const string Rest = "\"output\": 0, \"provider\": \"p\", \"date\": \"2026-01-01\", \"source\": \"x\"}";
        var table = Table(
            $$"""{"prices": [{"model": "m-*", "input": 4, {{Rest}}, {"model": "m-large", "input": 1, {{Rest}}, {"model": "m-large-*", "input": 3, {{Rest}}, {"model": "m-large-2*", "input": 2, {{Rest}}]}""");

        Assert.Equal(price, table.PriceOf("p", model, new Usage { Input = 1_000_000 }));
        Assert.Equal(0, table.PriceOf("other", model, new Usage { Input = 1_000_000 }));
    }

    [Fact]
    public void BuiltIn_Override_ReplacesOneModelOnly()
    {
        var own = Read("prices:\n  - {provider: openai, model: gpt-4o, input: 1, output: 2, date: 2026-05-01, source: our contract}\n", "prices.yaml");
        var table = new ModelPriceTable([.. ModelPriceTable.BuiltIn, .. own]);

        Assert.Equal(1, table.Find("openai", "gpt-4o")?.Input);
        Assert.Equal(0.15m, table.Find("openai", "gpt-4o-mini")?.Input);
        Assert.Equal(2.5m, table.Find("openai", "gpt-4o-2024-08-06")?.Input);
    }

    [Fact]
    public void BuiltIn_Prices_AreDatedSourcedAndPlausible()
    {
        Assert.NotEmpty(ModelPriceTable.BuiltIn);
        Assert.All(ModelPriceTable.BuiltIn, price =>
        {
            Assert.NotEqual("", price.Source);
            Assert.True(price.Date > new DateOnly(2025, 1, 1), price.Model);
            Assert.True(price.CachedInput is null || price.CachedInput < price.Input, price.Model);
            Assert.True(price.CacheWrite is null || price.CacheWrite > price.Input, price.Model);
            Assert.True(price.Provider == "scripted" || price.Output > price.Input, price.Model);
        });
        Assert.Equal(ModelPriceTable.BuiltIn.Count, ModelPriceTable.BuiltIn.Select(price => (price.Provider, price.Model)).Distinct().Count());
    }

    [Theory]
    [InlineData("claude-sonnet-4-5-20250929", "3")]
    [InlineData("claude-sonnet-5-5", "2")]
    [InlineData("claude-opus-4-20250514", "15")]
    [InlineData("claude-opus-4-5-20251101", "5")]
    [InlineData("claude-3-5-haiku-latest", "0.8")]
    public void BuiltIn_DatedNames_AreFound(string model, string input) =>
        Assert.Equal(input, new ModelPriceTable(ModelPriceTable.BuiltIn).Find("anthropic", model)?.Input.ToString());

    [Theory]
    [InlineData("[]", "$", "wrong_type")]
    [InlineData("{\"price\": []}", "$.price", "unknown_field")]
    [InlineData("{\"prices\": [{}]}", "$.prices[0]", "missing_field")]
    [InlineData(Head + "\"model\": \"m\", \"input\": -1, \"output\": 1}]}", "$.prices[0].input", "out_of_range")]
    [InlineData(Head + "\"model\": \"m\", \"input\": \"1\", \"output\": 1}]}", "$.prices[0].input", "wrong_type")]
    [InlineData(Head + "\"model\": \"m\", \"input\": 1, \"output\": 1e30}]}", "$.prices[0].output", "out_of_range")]
    [InlineData("{\"prices\": [", "$", "document_syntax")]
    [InlineData("{\"prices\": [{\"provider\": \"p\", \"model\": \"m\", \"input\": 1, \"output\": 1, \"date\": \"May\", \"source\": \"x\"}]}", "$.prices[0].date", "unknown_value")]
    public void Read_WrongFile_IsToldByItsPath(string file, string path, string code)
    {
        var (prices, problems) = ModelPriceTable.Read(Encoding.UTF8.GetBytes(file), "prices.json");

        Assert.Empty(prices);
        Assert.Contains(problems, problem => (problem.Path, problem.Code) == (path, code));
    }

    [Fact]
    public void PriceOf_UnknownModel_IsToldOnce()
    {
        using var logs = new Lines();
        var table = new ModelPriceTable([], logs);

        Assert.Equal(0, table.PriceOf("p", "m", new Usage { Input = 5 }));
        table.PriceOf("p", "m", new Usage { Input = 5 });
        table.PriceOf("p", "n", new Usage { Input = 5 });

        Assert.Equal(2, logs.Count);
    }

    private static ModelPriceTable Table(string json) => new(Read(json));

    private static IReadOnlyList<ModelPrice> Read(string text, string name = "prices.json")
    {
        var (prices, problems) = ModelPriceTable.Read(Encoding.UTF8.GetBytes(text), name);
        Assert.Empty(problems);
        return prices;
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public int Count { get; private set; }

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Count++;

        public void Dispose()
        {
        }
    }
}
