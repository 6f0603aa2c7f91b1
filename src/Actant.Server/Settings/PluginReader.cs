using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads which assemblies are loaded: a list in a file, <c>ACTANT__PLUGINS__0</c> and so on in the environment.</summary>
internal static class PluginReader
{
    private const string Advice = "Name each assembly with its whole path, in the environment as ACTANT__PLUGINS__0 and so on, or take the setting out.";

    /// <summary>In their order. What names none is an error: to start without what was meant to be loaded would let everything pass.</summary>
    public static IReadOnlyList<string> Read(IConfiguration configuration, ICollection<string> errors)
    {
        var section = configuration.GetSection("Actant:Plugins");
        if (section.Value is { } value)
        {
            errors.Add($"Actant:Plugins: '{value}' stands where a list does, so nothing of it would be loaded. {Advice}");
        }

        var files = new List<string>();
        foreach (var item in section.GetChildren())
        {
            if (string.IsNullOrWhiteSpace(item.Value))
            {
                errors.Add($"{item.Path}: it names nothing, so nothing would be loaded. {Advice}");
            }
            else
            {
                files.Add(item.Value);
            }
        }

        return files;
    }
}
