using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads which assemblies are loaded: a list in a file, <c>ACTANT__PLUGINS__0</c> and so on in the environment.</summary>
internal static class PluginReader
{
    /// <summary>In their order.</summary>
    public static IReadOnlyList<string> Read(IConfiguration configuration) =>
        [.. configuration.GetSection("Actant:Plugins").GetChildren().Select(static item => item.Value).OfType<string>().Where(static file => file.Length > 0)];
}
