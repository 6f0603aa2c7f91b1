namespace Actant.Server.Running;

/// <summary>What <c>-</c> stands for, and where values come in.</summary>
internal static class StandardInput
{
    public const string Name = "-";

    private static bool s_isTaken;

    /// <summary>The text itself, or all of stdin in the place of <c>-</c>.</summary>
    /// <exception cref="BadInputException">Stdin is closed, or was read already.</exception>
    public static string TextOr(string text) => text == Name ? Text() : text;

    /// <summary>All of stdin.</summary>
    /// <exception cref="BadInputException">Stdin is closed, or was read already.</exception>
    public static string Text()
    {
        Take();
        return Console.In.ReadToEnd();
    }

    /// <summary>The bytes of a file, or all of stdin in the place of <c>-</c>.</summary>
    /// <exception cref="BadInputException">Stdin is closed, or was read already.</exception>
    public static byte[] BytesOf(string file)
    {
        if (file != Name)
        {
            return File.ReadAllBytes(file);
        }

        Take();
        using var input = Console.OpenStandardInput();
        using var copy = new MemoryStream();
        input.CopyTo(copy);
        return copy.ToArray();
    }

    private static void Take()
    {
        if (!StandardStreams.HasInput)
        {
            throw new BadInputException("actant: stdin is closed: there is nothing to read. Give a file or a text in its place, or pipe something in.");
        }

        if (s_isTaken)
        {
            throw new BadInputException("actant: - stands for stdin in two places, and it can be read only once: give a file or a text in one of them.");
        }

        s_isTaken = true;
    }
}
