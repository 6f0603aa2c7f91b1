namespace Actant.Filters;

/// <summary>What follows a filter: the filters behind it, and then the call, or nothing more for a value.</summary>
/// <typeparam name="TResult">What comes of it.</typeparam>
/// <param name="cancellationToken">
/// Ends the wait. A tool call is ended by its execution alone: whether a call happened must not depend on who lost patience.
/// </param>
public delegate ValueTask<TResult> FilterNext<TResult>(CancellationToken cancellationToken);
