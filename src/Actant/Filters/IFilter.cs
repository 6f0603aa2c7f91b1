namespace Actant.Filters;

/// <summary>
/// What values and calls pass on their way. One object serves all executions at once and may be several kinds of filter: each
/// <see cref="IFilter{TContext, TResult}"/> that it implements, and <see cref="IStreamFilter"/>. <c>docs/filters.md</c> lists the kinds.
/// </summary>
public interface IFilter
{
    /// <summary>How logs and failures name it.</summary>
    string Name => GetType().Name;
}

/// <summary>
/// A link of the chain around a call, or on the way of a value: sees it, calls what follows or not, sees what came of it.
/// </summary>
/// <typeparam name="TContext">
/// What passes: one of the contexts here, or a class above several of them, which is told of all: <see cref="ValueContext"/> of every value.
/// </typeparam>
/// <typeparam name="TResult">
/// What comes of it: <see cref="System.Text.Json.JsonElement"/> of a value, <see cref="ModelAnswer"/> of a <see cref="ModelCallContext"/>,
/// <see cref="Actant.Tools.ToolResult"/> of a <see cref="ToolCallContext"/>.
/// </typeparam>
public interface IFilter<in TContext, TResult> : IFilter
    where TContext : FilterContext
{
    /// <summary>
    /// Lets it pass, changed or not, or refuses with a <see cref="FilterRefusedException"/>. Any other exception of its own, a time-out of
    /// its own too, is a refusal with the code <c>filter_failed</c>; what follows it throws goes through.
    /// </summary>
    /// <param name="context">What passes.</param>
    /// <param name="next">The filters behind it, and then the call. May be called once.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    ValueTask<TResult> InvokeAsync(TContext context, FilterNext<TResult> next, CancellationToken cancellationToken);
}
