namespace Actant.Journaling;

/// <summary>The first thing that is wrong with what is read, as path and message.</summary>
internal sealed class FirstFault
{
    /// <summary>Whether what a model wrote is read: arguments that nobody can read are kept as their text, and its tool says so.</summary>
    public bool IsOfModel { get; init; }

    public (string Path, string Message)? First { get; private set; }

    public void Add(string path, string message) => First ??= (path, message);
}
