using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>How far an activation is.</summary>
internal sealed class ActivationState
{
    /// <summary>The last position whose messages it sees, beside its own.</summary>
    public long? Base { get; set; }

    /// <summary>When it began: the time of its first entry.</summary>
    public DateTimeOffset? Since { get; set; }

    /// <summary>When it is given up, before waits for people are added; only nodes with a time-out have one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>The time that it waits for; only nodes of type <c>wait</c> have one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? WakeAt { get; set; }

    /// <summary>How long people alone were waited for in it, since it has a deadline.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TimeSpan Waited { get; set; }

    /// <summary>Since when people are waited for in it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? WaitingSince { get; set; }

    /// <summary>How often its model has answered.</summary>
    public int Turns { get; set; }

    /// <summary>The calls of the last answer, or the one call of a tool node, in order.</summary>
    public List<CallState> Calls { get; init; } = [];

    /// <summary>The last answer's message.</summary>
    public Message? Answer { get; set; }

    /// <summary>The next attempt of its model call does not begin before this time.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    /// <summary>Attempts of its model call that failed and were stored.</summary>
    public int FailedAttempts { get; set; }

    /// <summary>It has begun, or sleeps from now on.</summary>
    public void Start(NodeStarted started)
    {
        Deadline = started.Deadline ?? Deadline;
        WakeAt = started.WakeAt ?? WakeAt;
    }

    /// <summary>The call of that id, made where it is new.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="position">The entry that names it.</param>
    public CallState Call(string id, string tool, JsonElement arguments, long position)
    {
        var call = Calls.Find(candidate => candidate.Id == id);
        if (call is null)
        {
            Calls.Add(call = new CallState { Id = id, Place = new CallPlace(position, Calls.Count), Tool = tool, Arguments = arguments });
        }

        return call;
    }
}
