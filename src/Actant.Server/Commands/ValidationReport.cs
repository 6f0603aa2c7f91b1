using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Actant.Server.Commands;

/// <summary>What <c>actant validate --json</c> prints: <c>{"ok": …, "files": [{"file", "problems": [{path, message, code}]}]}</c>.</summary>
internal static class ValidationReport
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToJson(IReadOnlyList<(string File, IReadOnlyList<DefinitionProblem> Problems)> results)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", results.All(result => result.Problems.Count == 0));
            json.WriteStartArray("files");
            foreach (var (file, problems) in results)
            {
                json.WriteStartObject();
                json.WriteString("file", file);
                json.WriteStartArray("problems");
                foreach (var problem in problems)
                {
                    json.WriteStartObject();
                    json.WriteString("path", problem.Path);
                    json.WriteString("message", problem.Message);
                    json.WriteString("code", problem.Code);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
