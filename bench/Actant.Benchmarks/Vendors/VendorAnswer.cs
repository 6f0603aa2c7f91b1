using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;

namespace Actant.Benchmarks.Vendors;

/// <summary>Writes one answer as OpenAI streams it. Each token tells when it was sent.</summary>
internal sealed class VendorAnswer(PipeWriter output, string model)
{
    /// <summary>Stands before the time in a token's text.</summary>
    public const byte Begin = (byte)'@';

    /// <summary>Stands behind it.</summary>
    public const byte End = (byte)';';

    private readonly byte[] _before = Encoding.UTF8.GetBytes(Head(model) + """[{"index":0,"delta":{"content":"@""");
    private readonly byte[] _behind = Encoding.UTF8.GetBytes(""";"},"logprobs":null,"finish_reason":null}],"usage":null}""" + "\n\n");

    public ValueTask<FlushResult> StartAsync(CancellationToken cancellationToken) =>
        SendAsync("""[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}""", cancellationToken);

    public ValueTask<FlushResult> SayAsync(CancellationToken cancellationToken)
    {
        var span = output.GetSpan(_before.Length + _behind.Length + 20);
        _before.CopyTo(span);
        Utf8Formatter.TryFormat(Stopwatch.GetTimestamp(), span[_before.Length..], out var digits);
        _behind.CopyTo(span[(_before.Length + digits)..]);
        output.Advance(_before.Length + digits + _behind.Length);
        return output.FlushAsync(cancellationToken);
    }

    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await SendAsync("""[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}""", cancellationToken);
        await SendAsync("""[],"usage":{"prompt_tokens":100,"completion_tokens":10,"total_tokens":110}}""", cancellationToken);
        output.Write("data: [DONE]\n\n"u8);
        await output.FlushAsync(cancellationToken);
    }

    private static string Head(string model) =>
        $$"""data: {"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion.chunk","created":1741569952,"model":"{{model}}","service_tier":"default","system_fingerprint":"fp_44709d6fcb","choices":""";

    private ValueTask<FlushResult> SendAsync(string rest, CancellationToken cancellationToken)
    {
        output.Write(Encoding.UTF8.GetBytes($"{Head(model)}{rest}\n\n"));
        return output.FlushAsync(cancellationToken);
    }
}
