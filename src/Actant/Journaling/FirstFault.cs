namespace Actant.Journaling;

/// <summary>The first thing that is wrong with what is read, as path and message.</summary>
internal sealed class FirstFault
{
    public (string Path, string Message)? First { get; private set; }

    public void Add(string path, string message) => First ??= (path, message);
}
