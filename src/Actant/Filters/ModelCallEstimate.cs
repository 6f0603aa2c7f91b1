namespace Actant.Filters;

/// <summary>A model call that is about to be made.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Model">The model.</param>
/// <param name="Messages">How many messages are sent.</param>
/// <param name="MaxOutputTokens">The most tokens of the answer, where the definition says.</param>
public sealed record ModelCallEstimate(string Provider, string Model, int Messages, int? MaxOutputTokens)
{
    /// <summary>
    /// The same for the reservation and the settlement of one attempt, and for no other: <c>MESSAGE/ATTEMPT/EPOCH</c>, which the entry of
    /// the answer, or of the attempt that failed, has as its <c>message.id</c> (<c>message_id</c>), <c>attempt</c> and <c>epoch</c>.
    /// </summary>
    public string Key { get; init; } = "";
}
