namespace Actant.Journaling;

/// <summary>A journal goes on in a format, or was begun with a behaviour of the engine, that only a newer release knows.</summary>
public sealed class NewerFormatException : Exception
{
    /// <summary>An entry of a newer format.</summary>
    /// <param name="position">Its position.</param>
    /// <param name="format">The format or behaviour that it needs.</param>
    public NewerFormatException(long position, int format)
        : base($"Entry {position} of the thread's journal needs format {format}, which only a newer release reads.")
    {
        Position = position;
        Format = format;
    }

    /// <summary>The entry's position.</summary>
    public long Position { get; }

    /// <summary>The format or behaviour that it needs.</summary>
    public int Format { get; }
}
