namespace Actant.Server;

/// <summary>What the process says with its end.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The execution failed, was cancelled or ran out of time.</summary>
    public const int Failed = 1;

    /// <summary>The command line, the settings or a definition is wrong; nothing ran.</summary>
    public const int BadInput = 2;

    /// <summary>The execution waits for a person.</summary>
    public const int Interrupted = 3;
}
