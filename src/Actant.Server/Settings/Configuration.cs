using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>What all readers of settings do alike.</summary>
internal static class Configuration
{
    /// <summary>The settings of a command without a host: <c>appsettings.json</c> of the working folder and the environment.</summary>
    public static IConfiguration OfCommand() => new ConfigurationBuilder().SetBasePath(Directory.GetCurrentDirectory())
        .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false).AddEnvironmentVariables().Build();

    /// <summary>Notes what stands in a section and means nothing: a misspelt setting must not be passed over.</summary>
    public static void CheckNames(IConfigurationSection? section, IReadOnlyCollection<string> names, ICollection<string> errors)
    {
        foreach (var unknown in section?.GetChildren().Where(child => !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) ?? [])
        {
            errors.Add($"{unknown.Path}: there is no such setting; there are: {string.Join(", ", names)}.");
        }
    }
}
