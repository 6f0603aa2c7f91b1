using Microsoft.Extensions.Logging;

namespace Actant.Server.Settings;

/// <summary>Levels by the words that people use for them.</summary>
internal static class LogLevels
{
    public const string Words = "trace, debug, info, warn, error or fatal";

    public static LogLevel? Parse(string word) => word.Trim().ToLowerInvariant() switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" or "information" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" or "critical" => LogLevel.Critical,
        _ => null,
    };

    /// <summary>The one spelling that is written.</summary>
    public static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
