using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>A question to somebody outside, and the answer.</summary>
internal sealed class InterruptState
{
    /// <summary>The question.</summary>
    public required Interrupt Interrupt { get; set; }

    /// <summary>The scope of the activation that asks.</summary>
    public required string Path { get; init; }

    /// <summary>The activation that asks; <c>null</c> when it is the execution itself.</summary>
    public string? Activation { get; init; }

    /// <summary>The attempt of the call that it is about.</summary>
    public int Attempt { get; init; }

    /// <summary>How often the activation's model had answered then: call ids may come again in later answers.</summary>
    public int Turn { get; init; }

    /// <summary>When it was asked.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether it was answered.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>The answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Answer { get; set; }
}
