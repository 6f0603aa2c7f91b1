using Spectre.Console;

namespace Actant.Server.Running;

/// <summary>The terminal, or whatever stands in its place.</summary>
internal static class RunConsole
{
    /// <summary>Whether somebody sits there who can be asked.</summary>
    public static bool IsInteractive => StandardStreams.HasInput && !Console.IsInputRedirected && !Console.IsOutputRedirected;

    public static IAnsiConsole Create(TextWriter output)
    {
        if (!Console.IsOutputRedirected)
        {
            return AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        }

        var plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });

        // Lines in files and pipes end where the text ends.
        plain.Profile.Width = 1_000_000;
        return plain;
    }
}
