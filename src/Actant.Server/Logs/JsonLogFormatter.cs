using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actant.Server.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Actant.Server.Logs;

/// <summary>One JSON object on one line for each message, with the fields of <c>docs/logging.md</c>.</summary>
internal sealed class JsonLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "actant-json";

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var fields = LogFields.Of(logEntry.State, scopeProvider);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteString("timestamp"u8, time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
            json.WriteString("level"u8, LogLevels.Word(logEntry.LogLevel));
            json.WriteString("message"u8, logEntry.Formatter(logEntry.State, logEntry.Exception));
            if ((fields.Trace ?? Activity.Current?.TraceId.ToHexString()) is { } trace)
            {
                json.WriteString("trace_id"u8, trace);
            }

            fields.WriteJob(json);
            json.WriteString("component"u8, logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..]);
            fields.WriteRest(json, logEntry.Exception);
            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
