namespace Actant.Server.Settings;

/// <summary>Whose HTTP interface a provider speaks.</summary>
internal enum ModelProtocol
{
    /// <summary>OpenAI's chat completions.</summary>
    OpenAI,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,
}
