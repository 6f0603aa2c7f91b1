namespace Actant.Server.Plugins;

/// <summary>A plug-in cannot be used. The message says which, why, and what to do.</summary>
internal sealed class PluginException(string file, string why, Exception? inner = null) : InvalidOperationException($"The plug-in {file} cannot be used: {why}", inner);
