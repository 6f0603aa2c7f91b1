namespace Actant.Expressions.Tests;

public sealed class AllocationTests
{
    [Theory]
    [InlineData("state.score >= 0.8 && state.tries < 3")]
    [InlineData("state.title == 'Draft' && 'b' in state.tags")]
    [InlineData("has(state.plan[0].title) && size(state.plan) == 1")]
    [InlineData("state.title in ['Final', 'Draft']")]
    public void Evaluate_Condition_AllocatesNothing(string source)
    {
        var expression = Expression.Compile(source);
        var scope = new StateScope("""{"score": 0.9, "tries": 2, "title": "Draft", "tags": ["a", "b"], "plan": [{"title": "x"}]}""");
        Assert.True(expression.TryEvaluateCondition(scope, out var value, out _) && value);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            expression.Evaluate(scope);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class StateScope(string json) : IExpressionScope
    {
        private readonly ExpressionValue _state = ExpressionValue.FromJson(System.Text.Json.JsonElement.Parse(json));

        public bool TryGetValue(string name, out ExpressionValue value)
        {
            value = _state;
            return true;
        }
    }
}
