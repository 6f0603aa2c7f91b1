using System.Diagnostics.CodeAnalysis;
using System.Text;
using Actant.Storage;

namespace Actant.DomainActions;

/// <summary>Where the end of an execution goes that an action asked for, and what whoever asked knows it by: an address of a delivery.</summary>
/// <param name="Queue">The queue; <c>null</c> where nobody asked for an answer, and the end is only counted.</param>
/// <param name="TaskId">The action's task.</param>
/// <param name="CorrelationId">The action's own id.</param>
internal sealed record CallbackTarget(string? Queue, string TaskId, string? CorrelationId)
{
    /// <summary>The scheme of such addresses.</summary>
    public const string Scheme = "domain-action";

    /// <summary>The address.</summary>
    public string Url
    {
        get
        {
            var url = new StringBuilder(Scheme).Append(':').Append(Uri.EscapeDataString(Queue ?? "")).Append('?').Append(Uri.EscapeDataString(TaskId));
            return CorrelationId is null ? url.ToString() : url.Append('&').Append(Uri.EscapeDataString(CorrelationId)).ToString();
        }
    }

    /// <summary>Whether it can be kept.</summary>
    public bool Fits => Url.Length <= StorageLimits.MaxDestinationLength;

    /// <summary>Reads an address.</summary>
    public static bool TryParse(string url, [NotNullWhen(true)] out CallbackTarget? target)
    {
        target = null;
        var parts = url.Split(':', 2);
        if (parts.Length < 2 || parts[0] != Scheme || parts[1].Split('?', 2) is not [var queue, var ids])
        {
            return false;
        }

        var both = ids.Split('&', 2);
        target = new CallbackTarget(queue.Length == 0 ? null : Uri.UnescapeDataString(queue), Uri.UnescapeDataString(both[0]), both.Length == 2 ? Uri.UnescapeDataString(both[1]) : null);
        return true;
    }
}
