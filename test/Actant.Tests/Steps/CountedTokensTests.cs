using System.Diagnostics.Metrics;
using Actant.Journaling;
using Actant.Steps;
using Actant.Testing.Executions;

namespace Actant.Tests.Steps;

[Trait("Row", "L3")]
public sealed class CountedTokensTests
{
    [Theory]
    [InlineData(5, 7, 3, 1, 2, 5, 7, 3, 1, 2, null)]
    [InlineData(5, 2, 0, 0, 9, 5, 2, 0, 0, 9, null)]
    [InlineData(-5, 7, 0, 0, 0, 0, 7, 0, 0, 0, "input_tokens -5")]
    [InlineData(5, 100_000_001, 0, 0, -1, 5, 0, 0, 0, 0, "output_tokens 100000001, reasoning_tokens -1")]
    [InlineData(5, 7, 6, -2, 0, 5, 7, 0, 0, 0, "cached_tokens 6, cache_write_tokens -2")]
    [InlineData(long.MinValue, long.MaxValue, 1, 0, 0, 0, 0, 0, 0, 0, "input_tokens -9223372036854775808, output_tokens 9223372036854775807, cached_tokens 1")]
    public void Judge_Counts_AreTakenOrRefusedByName(
        long input, long output, long cached, long written, long reasoning, long input2, long output2, long cached2, long written2, long reasoning2, string? refused)
    {
        var judged = CountedTokens.Judge(new Usage { Input = input, Output = output, Cached = cached, CacheWrites = written, Reasoning = reasoning });

        Assert.Equal((new Usage { Input = input2, Output = output2, Cached = cached2, CacheWrites = written2, Reasoning = reasoning2 }, refused), judged);
    }

    [Fact]
    public async Task Answer_WithCountsThatCannotBe_IsTakenWithoutThemAndSaid()
    {
        await using var harness = await EngineHarness.StartAsync();
        var heard = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "actant.model.refused_counts" && instrument.Meter == harness.Node.Engine.Meter)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref heard, count));
        listener.Start();
        harness.Model.Responds = static call =>
        {
            call.Count(-50, 1_000_000_000_000);
            call.Finish("yes");
        };

        var result = await harness.WaitAsync((await harness.SubmitAsync("name: one\nmodel: {provider: gated, model_name: any}\n")).Id);

        Assert.Equal(("yes", 0L), (result.Response, result.Record.Tokens));
        Assert.Equal(1, heard);
    }
}
