namespace Actant.Executions;

/// <summary>A model call that is about to be made.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Model">The model.</param>
/// <param name="Messages">How many messages are sent.</param>
/// <param name="MaxOutputTokens">The most tokens of the answer, where the definition says.</param>
public sealed record ModelCallEstimate(string Provider, string Model, int Messages, int? MaxOutputTokens);
