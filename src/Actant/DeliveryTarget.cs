using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant;

/// <summary>Where the result of an execution is delivered, whatever becomes of the processes in between; see <c>docs/deliveries.md</c>.</summary>
public sealed record DeliveryTarget
{
    /// <summary>How many an execution may have.</summary>
    public const int MaxTargets = 8;

    /// <summary>How many secrets a target may name.</summary>
    public const int MaxSecrets = 4;

    /// <summary>An address whose scheme a sender knows: <c>https://example.com/hook</c>.</summary>
    public required string Url { get; init; }

    /// <summary>Of what it is told: of <see cref="DeliveryEvents"/>. Of every end if absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>Names of the tenant's secrets that it is signed with, all at once: the new one and the old one while a receiver changes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Secrets { get; init; }

    /// <summary>Fields of a newer release.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Whether it is another thread: that of a child's parent. Nobody can ask for such a one.</summary>
    [JsonIgnore]
    internal bool IsThread => Outbox.DeliveryNote.SchemeOf(Url) == Outbox.DeliveryNote.ThreadScheme;

    /// <summary>Whether it is told of something.</summary>
    public bool Hears(string what) => Events is null ? what != DeliveryEvents.Interrupted : Events.Contains(what);
}
