using System.Globalization;
using System.Text;

namespace Actant.Examples.SurviveACrash;

/// <summary>
/// The outside world: a file to which each call appends a line when it begins and when it ends. A line is on the disk before
/// the call goes on, so that no crash can take it back.
/// </summary>
internal sealed class CallFile(string folder, TimeProvider time)
{
    private readonly Lock _lock = new();

    private string Path => System.IO.Path.Combine(folder, "calls.txt");

    /// <summary>Appends <c>call id, attempt, class, begin|end, milliseconds since 1970</c>.</summary>
    public void Append(string callId, int attempt, string toolClass, string what)
    {
        lock (_lock)
        {
            using var file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.Read);
            file.Write(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{callId}, {attempt}, {toolClass}, {what}, {time.GetUtcNow().ToUnixTimeMilliseconds()}\n")));
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>All whole lines.</summary>
    public IReadOnlyList<CallLine> Read() => !File.Exists(Path) ? [] :
    [
        .. from line in File.ReadAllLines(Path)
           let parts = line.Split(", ")
           where parts.Length == 5
           select new CallLine(
               parts[0],
               int.Parse(parts[1], CultureInfo.InvariantCulture),
               parts[2],
               parts[3] == "begin",
               long.Parse(parts[4], CultureInfo.InvariantCulture)),
    ];
}
