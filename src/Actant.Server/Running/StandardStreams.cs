namespace Actant.Server.Running;

/// <summary>
/// Whether the process was given its stdin and stdout at all. Where it was not, the runtime has opened something of its own under that number,
/// which may be neither read nor written.
/// </summary>
internal static class StandardStreams
{
    private const string Numbers = "/proc/self/fdinfo";
    private const long ClosedByAnotherProgram = 0x80000; // O_CLOEXEC

    public static bool HasInput { get; } = IsInherited(0);

    public static bool HasOutput { get; } = IsInherited(1);

    public static bool HasError { get; } = IsInherited(2);

    // What a program inherits bears no mark to be closed when a program starts, or it would be closed; all that the runtime opens does.
    private static bool IsInherited(int number)
    {
        if (!Directory.Exists(Numbers))
        {
            return true;
        }

        try
        {
            var flags = File.ReadLines($"{Numbers}/{number}").First(static line => line.StartsWith("flags:", StringComparison.Ordinal));
            return (Convert.ToInt64(flags["flags:".Length..].Trim(), 8) & ClosedByAnotherProgram) == 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            // No such number: nothing is there.
            return exception is not FileNotFoundException;
        }
    }
}
