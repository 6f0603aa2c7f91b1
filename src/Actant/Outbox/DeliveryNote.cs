using System.Text.Json;
using System.Text.Json.Serialization;
using Actant.Storage;

namespace Actant.Outbox;

/// <summary>
/// The body of an outbox row: of what to tell, not the words. These are read from the journal when it is sent, so that nothing is stored
/// twice, and what was erased meanwhile is not sent.
/// </summary>
internal sealed record DeliveryNote
{
    /// <summary>The scheme of rows for other threads of the tenant; what follows it is the thread's name.</summary>
    public const string ThreadScheme = "thread";

    /// <summary>A child is to be submitted.</summary>
    public const string ChildStart = "child_start";

    /// <summary>A child is to be cancelled.</summary>
    public const string ChildCancel = "child_cancel";

    private const int LongestOrigin = 300;

    public required ExecutionId Execution { get; init; }

    public required string Event { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Secrets { get; init; }

    /// <summary>The entry of the thread that wrote the row, where it is a child's start.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Position { get; init; }

    /// <summary>The address of a thread.</summary>
    public static string AddressOf(string thread) => $"{ThreadScheme}:{thread}";

    /// <summary>The thread of such an address.</summary>
    public static string ThreadOf(string address) => address[(ThreadScheme.Length + 1)..];

    /// <summary>A row for a child's thread.</summary>
    public static OutboxRow RowFor(Guid delivery, TenantId tenant, string thread, ExecutionId child, string what, long? position = null)
    {
        var note = new DeliveryNote { Execution = child, Event = what, Position = position };
        return new OutboxRow(delivery, AddressOf(thread), JsonSerializer.SerializeToUtf8Bytes(note, OutboxJson.Default.DeliveryNote))
        {
            Group = $"{tenant} {ThreadScheme}",
        };
    }

    /// <summary>A row for a target.</summary>
    public static OutboxRow RowFor(Guid delivery, TenantId tenant, DeliveryTarget target, ExecutionId execution, string what)
    {
        var note = new DeliveryNote { Execution = execution, Event = what, Secrets = target.Secrets };
        return new OutboxRow(delivery, target.Url, JsonSerializer.SerializeToUtf8Bytes(note, OutboxJson.Default.DeliveryNote))
        {
            Group = $"{tenant} {OriginOf(target.Url)}",
        };
    }

    /// <summary>Reads a row; <c>null</c> where it is none that this release knows.</summary>
    public static DeliveryNote? Read(OutboxRow row)
    {
        try
        {
            return JsonSerializer.Deserialize(row.Body.Span, OutboxJson.Default.DeliveryNote);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The scheme of an address in lower case; empty where it has none.</summary>
    public static string SchemeOf(string url) => url.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? url[..colon].ToLowerInvariant() : "";

    /// <summary>What may be in trouble as a whole: scheme, host and port.</summary>
    private static string OriginOf(string url)
    {
        var scheme = SchemeOf(url);
        if (!url.AsSpan(scheme.Length).StartsWith("://", StringComparison.Ordinal))
        {
            return scheme;
        }

        var end = url.AsSpan(scheme.Length + 3).IndexOfAny('/', '?', '#');
        var origin = end < 0 ? url : url[..(scheme.Length + 3 + end)];
        return (origin.Length <= LongestOrigin ? origin : origin[..LongestOrigin]).ToLowerInvariant();
    }
}
