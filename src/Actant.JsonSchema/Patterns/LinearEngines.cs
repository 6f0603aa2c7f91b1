using System.Text.RegularExpressions;

namespace Actant.Schemas;

/// <summary>
/// Builds the expressions of one schema. The linear engine takes some hundred bytes for each state, and milliseconds for a nasty expression: all of a
/// schema have so many states together, and those that come later have the time limit of those that need backtracking.
/// </summary>
internal sealed class LinearEngines
{
    private const long MaxStates = 20_000;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(1);

    private long _left = MaxStates;

    /// <summary>Builds one.</summary>
    /// <param name="pattern">The expression, which is valid.</param>
    /// <param name="states">How many states it has at most.</param>
    /// <param name="timeout">How long a match may take with backtracking.</param>
    public Regex Build(string pattern, long states, TimeSpan timeout)
    {
        if (TryTake(states))
        {
            try
            {
                return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_timeout);
            }
            catch (NotSupportedException)
            {
                Interlocked.Add(ref _left, states);
            }
        }

        return new Regex(pattern, RegexOptions.CultureInvariant, timeout);
    }

    private bool TryTake(long states)
    {
        if (Interlocked.Add(ref _left, -states) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _left, states);
        return false;
    }
}
