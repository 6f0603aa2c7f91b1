using System.Diagnostics;
using Actant.Tracing;

namespace Actant.Vault;

/// <summary>
/// The span of a request to Vault: below the execution that waits for it. What is read again in the background is in no trace, because it is nobody's;
/// logins and renewals are few, and have one of their own there.
/// </summary>
internal static class VaultSpan
{
    private const string Background = "vault background";

    /// <summary>What is asked until it is disposed of is nobody's: where spans are sampled by their parent, none is made.</summary>
    public static Activity? BeginBackground() => ActantTracing.Source.HasListeners() ? new Activity(Background).Start() : null;

    /// <summary>Runs a request in a span.</summary>
    /// <param name="name">What is asked, without a secret in it.</param>
    /// <param name="isOwn">Whether it is worth a trace where nobody waits.</param>
    /// <param name="ask">Asks.</param>
    public static async Task<T> InAsync<T>(string name, bool isOwn, Func<Task<T>> ask)
    {
        if (!ActantTracing.Source.HasListeners() || (Activity.Current?.OperationName == Background && !isOwn))
        {
            return await ask().ConfigureAwait(false);
        }

        var around = Activity.Current;
        if (around?.OperationName == Background)
        {
            Activity.Current = null;
        }

        using var span = ActantTracing.Source.StartActivity(name, ActivityKind.Client);
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (VaultException exception)
        {
            span?.SetTag("error.type", exception.Status > 0 ? exception.Status.ToString(System.Globalization.CultureInfo.InvariantCulture) : "no_answer")
                .SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }
        finally
        {
            span?.Stop();
            Activity.Current = around;
        }
    }
}
