using System.Text;

namespace Actant.Server.Running;

/// <summary>
/// Where commands print: texts of files, of servers and of whoever named something there pass it, and none of them steers the terminal, whichever
/// command forgets to ask.
/// </summary>
internal sealed class PlainWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(TerminalText.Clean(value.ToString()));

    public override void Write(string? value) => inner.Write(TerminalText.Clean(value ?? ""));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void WriteLine(string? value) => inner.WriteLine(TerminalText.Clean(value ?? ""));

    public override Task WriteAsync(string? value) => inner.WriteAsync(TerminalText.Clean(value ?? ""));

    public override Task WriteLineAsync(string? value) => inner.WriteLineAsync(TerminalText.Clean(value ?? ""));

    public override void Flush() => inner.Flush();
}
