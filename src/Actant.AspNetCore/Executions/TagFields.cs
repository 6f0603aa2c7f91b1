using System.Globalization;
using System.Text.Json;
using Actant.AspNetCore.Requests;
using Actant.Executions;

namespace Actant.AspNetCore.Executions;

/// <summary>What a request is filed under. What the values may be, the engine says.</summary>
internal sealed record TagFields
{
    private Dictionary<string, string> Labels { get; init; } = [];

    private string? Subject { get; init; }

    private string? Batch { get; init; }

    private ExecutionId? Parent { get; init; }

    private string? TraceParent { get; init; }

    private DateTimeOffset? ExpiresAt { get; init; }

    public static TagFields Read(RequestFields fields) => new()
    {
        Labels = ReadLabels(fields),
        Subject = fields.Name("subject"),
        Batch = fields.Name("batch"),
        Parent = ReadParent(fields),
        TraceParent = fields.Name("traceparent"),
        ExpiresAt = ReadTime(fields),
    };

    public SubmitRequest AddTo(SubmitRequest request) => request with
    {
        Labels = Labels,
        Subject = Subject,
        Batch = Batch,
        Parent = Parent,
        TraceParent = TraceParent,
        ExpiresAt = ExpiresAt,
    };

    private static Dictionary<string, string> ReadLabels(RequestFields fields)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in fields.Object("labels")?.EnumerateObject().AsEnumerable() ?? [])
        {
            if (label.Value.ValueKind == JsonValueKind.String)
            {
                labels[label.Name] = label.Value.GetString()!;
            }
            else
            {
                fields.Wrong($"labels.{label.Name}", "A text is expected.");
            }
        }

        return labels;
    }

    private static ExecutionId? ReadParent(RequestFields fields)
    {
        if (fields.Name("parent_execution_id") is not { } text)
        {
            return null;
        }

        if (ExecutionId.TryParse(text, out var id))
        {
            return id;
        }

        fields.Wrong("parent_execution_id", "An execution's id is expected.");
        return null;
    }

    private static DateTimeOffset? ReadTime(RequestFields fields)
    {
        if (fields.Name("expires_at") is not { } text)
        {
            return null;
        }

        // Without an offset it would be in the server's own time.
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        fields.Wrong("expires_at", "A time such as 2030-01-31T12:00:00Z is expected.");
        return null;
    }
}
