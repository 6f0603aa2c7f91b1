namespace Actant.Api;

/// <summary>Where an end is delivered.</summary>
/// <param name="Url">The address.</param>
/// <param name="Events">Of what it is told.</param>
/// <param name="Secret">References to the secrets that it is signed with.</param>
public sealed record TargetView(string Url, IReadOnlyList<string> Events, IReadOnlyList<string>? Secret)
{
    /// <summary>The targets that somebody asked for; <c>null</c> where nobody did.</summary>
    internal static IReadOnlyList<TargetView>? Of(IReadOnlyList<DeliveryTarget>? targets)
    {
        List<TargetView> asked = [.. (targets ?? []).Where(static target => !target.IsThread).Select(Of)];
        return asked.Count > 0 ? asked : null;
    }

    /// <summary>A target.</summary>
    internal static TargetView Of(DeliveryTarget target) => new(
        target.Url,
        [.. DeliveryEvents.All.Where(target.Hears)],
        target.Secrets is { } secrets ? [.. secrets.Select(static secret => $"secret://{secret}")] : null);
}
