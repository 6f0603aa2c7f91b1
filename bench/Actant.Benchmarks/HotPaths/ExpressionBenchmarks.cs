using System.Text.Json;
using Actant.Expressions;
using BenchmarkDotNet.Attributes;

namespace Actant.Benchmarks.HotPaths;

public class ExpressionBenchmarks
{
    private const string Condition = "state.score >= 0.8 && state.tries < 3";

    private readonly JsonElement _roots = JsonElement.Parse("""{"state": {"topic": "rivers", "score": 0.9, "tries": 2}, "input": {"name": "Ada"}}""");
    private readonly Expression _condition = Expression.Compile(Condition);
    private readonly Template _template = Template.Compile("You help {{ input.name }} with {{ state.topic }}, try {{ state.tries + 1 }} of 3. Answer in one sentence.");
    private readonly JsonScope _scope;

    public ExpressionBenchmarks() => _scope = new JsonScope(_roots);

    [Benchmark(Baseline = true, Description = "the same condition written in C#")]
    public bool ByHand()
    {
        var state = _roots.GetProperty("state"u8);
        return state.GetProperty("score"u8).GetDouble() >= 0.8 && state.GetProperty("tries"u8).GetInt64() < 3;
    }

    [Benchmark(Description = $"evaluation of {Condition}")]
    public bool Evaluate() => _condition.TryEvaluateCondition(_scope, out var holds, out _) && holds;

    [Benchmark(Description = "compilation of the same")]
    public Expression Compile() => Expression.Compile(Condition);

    [Benchmark(Description = "template with three holes")]
    public string? Render() => _template.Render(_scope).Text;
}
