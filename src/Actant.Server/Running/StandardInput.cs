namespace Actant.Server.Running;

/// <summary>What <c>-</c> stands for.</summary>
internal static class StandardInput
{
    public const string Name = "-";

    /// <summary>The text itself, or all of stdin in the place of <c>-</c>.</summary>
    public static string TextOr(string text) => text == Name ? Console.In.ReadToEnd() : text;

    /// <summary>The bytes of a file, or all of stdin in the place of <c>-</c>.</summary>
    public static byte[] BytesOf(string file)
    {
        if (file != Name)
        {
            return File.ReadAllBytes(file);
        }

        using var input = Console.OpenStandardInput();
        using var copy = new MemoryStream();
        input.CopyTo(copy);
        return copy.ToArray();
    }
}
