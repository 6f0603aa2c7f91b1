using System.Text;
using Actant.AspNetCore.Metering;

namespace Actant.AspNetCore.Tests.Metering;

[Trait("Row", "O2")]
public sealed class MetricFamilyTests
{
    [Fact]
    public void Write_LabelsThatNeedIt_AreEscapedAndOrdered()
    {
        var family = new MetricFamily("a_total", "Says \\ and\nmore.", MetricKind.Counter, null, isSet: false);
        family.Record(2, [new("z.z", "a\"b\\c\nd"), new("a", 7), new("none", null)]);
        family.Record(1, [new("a", 7), new("z.z", "a\"b\\c\nd")]);

        Assert.Equal("# HELP a_total Says \\\\ and\\nmore.\n# TYPE a_total counter\na_total{a=\"7\",z_z=\"a\\\"b\\\\c\\nd\"} 3\n", Text(family));
    }

    [Fact]
    public void Write_Histogram_CountsUpToEachBoundIncluded()
    {
        var family = new MetricFamily("h", null, MetricKind.Histogram, [0.5, 2], isSet: false);
        foreach (var value in new[] { 0.25, 0.5, 1, 100 })
        {
            family.Record(value, []);
        }

        Assert.Equal("# TYPE h histogram\nh_bucket{le=\"0.5\"} 2\nh_bucket{le=\"2\"} 3\nh_bucket{le=\"+Inf\"} 4\nh_sum 101.75\nh_count 4\n", Text(family));
    }

    [Fact]
    public void Record_LongLabel_IsKeptAndEndlessOneOverflows()
    {
        var family = new MetricFamily("a_total", null, MetricKind.Counter, null, isSet: false);
        family.Record(1, [new("a", new string('x', 2000))]);
        family.Record(1, [new("a", new string('x', 200_000))]);

        var page = new PrometheusPage(Text(family));
        Assert.Equal(1, page[$"a_total{{a=\"{new string('x', 2000)}\"}}"]);
        Assert.Equal(1, page["a_total{otel_metric_overflow=\"true\"}"]);
    }

    [Fact]
    public void Record_TooManySeries_FlowIntoOne()
    {
        var family = new MetricFamily("a_total", null, MetricKind.Counter, null, isSet: false);
        for (var i = 0; i < 20_010; i++)
        {
            family.Record(1, [new("a", i)]);
        }

        Assert.Equal(10, new PrometheusPage(Text(family))["a_total{otel_metric_overflow=\"true\"}"]);
    }

    [Fact]
    public async Task Record_FromManyThreads_LosesNothing()
    {
        var family = new MetricFamily("h", null, MetricKind.Histogram, [1], isSet: false);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                family.Record(1, [new("a", "b")]);
            }
        })));

        var page = new PrometheusPage(Text(family));
        Assert.Equal(40_000, page["h_count{a=\"b\"}"]);
        Assert.Equal(40_000, page["h_sum{a=\"b\"}"]);
    }

    private static string Text(MetricFamily family)
    {
        var text = new StringBuilder();
        family.Write(text);
        return text.ToString();
    }
}
