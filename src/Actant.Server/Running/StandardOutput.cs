using System.Text;

namespace Actant.Server.Running;

/// <summary>Stdout, or stderr: that it cannot be written is kept until the end, and ends nothing that runs.</summary>
/// <param name="inner">The stream; <c>null</c> if the process was given none.</param>
internal sealed class StandardOutput(TextWriter? inner) : TextWriter
{
    /// <summary>Why something that was written has gone nowhere; <c>null</c> while nothing has.</summary>
    public string? Fault { get; private set; }

    public override Encoding Encoding => (inner ?? Null).Encoding;

    public override void Write(char value) => Try(static (inner, value) => inner.Write(value), value);

    public override void Write(string? value) => Try(static (inner, value) => inner.Write(value), value);

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    public override void WriteLine(string? value) => Try(static (inner, value) => inner.WriteLine(value), value);

    public override void Flush()
    {
        if (inner is not null)
        {
            Try(static (inner, _) => inner.Flush(), true);
        }
    }

    private void Try<T>(Action<TextWriter, T> write, T value)
    {
        // What came after a hole would not be what was said.
        if (Fault is not null || inner is null)
        {
            Fault ??= "it is closed";
            return;
        }

        try
        {
            write(inner, value);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Fault = exception.Message;
        }
    }
}
