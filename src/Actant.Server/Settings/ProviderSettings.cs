using Actant.LanguageModels;

namespace Actant.Server.Settings;

/// <summary>A provider of models.</summary>
/// <param name="Endpoint">Where it is.</param>
/// <param name="Protocol">Whose interface it speaks.</param>
internal sealed record ProviderSettings(ModelEndpoint Endpoint, ModelProtocol Protocol);
