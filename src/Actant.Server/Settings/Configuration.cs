using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Actant.Server.Settings;

/// <summary>What all readers of settings do alike.</summary>
internal static class Configuration
{
    /// <summary>The settings of a command without a host: <c>appsettings.json</c> of the working folder and the environment.</summary>
    public static IConfiguration OfCommand() => new ConfigurationBuilder().SetBasePath(Directory.GetCurrentDirectory())
        .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false).AddEnvironmentVariables().Build();

    /// <summary>A whole number in a range; <c>null</c> where there is none, or none in the range, which is noted.</summary>
    public static long? Number(string source, string? text, long least, long most, ICollection<string> errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        errors.Add($"{source}: '{text}' is not a whole number from {least} to {most}.");
        return null;
    }

    /// <summary>True or false; <c>null</c> where there is neither, or something else, which is noted.</summary>
    public static bool? Flag(string source, string? text, ICollection<string> errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        errors.Add($"{source}: '{text}' is neither true nor false.");
        return null;
    }

    /// <summary>Errors with the variable that a wrong value comes from, as it is written there: <c>Actant:Data: …</c> may be <c>ACTANT__DATA</c>.</summary>
    public static IReadOnlyList<string> NameVariables(IConfiguration configuration, IEnumerable<string> errors) =>
        [.. errors.Select(error => VariableOf(configuration, error.Split(": ")[0]) is { } variable ? $"{error} It stands in the variable {variable}." : error)];

    // What wins is asked of the last provider that knows it: a variable may be overruled by the command line.
    private static string? VariableOf(IConfiguration configuration, string path) =>
        (configuration as IConfigurationRoot)?.Providers.LastOrDefault(provider => provider.TryGet(path, out _)) is EnvironmentVariablesConfigurationProvider
            ? Environment.GetEnvironmentVariables().Keys.Cast<string>().FirstOrDefault(variable =>
                variable.Contains("__", StringComparison.Ordinal) && variable.Replace("__", ":", StringComparison.Ordinal).Equals(path, StringComparison.OrdinalIgnoreCase))
            : null;

    /// <summary>Notes what stands in a section and means nothing: a misspelt setting must not be passed over.</summary>
    public static void CheckNames(IConfigurationSection? section, IReadOnlyCollection<string> names, ICollection<string> errors)
    {
        foreach (var unknown in section?.GetChildren().Where(child => !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) ?? [])
        {
            errors.Add($"{unknown.Path}: there is no such setting; there are: {string.Join(", ", names)}.");
        }
    }
}
