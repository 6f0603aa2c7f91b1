using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>What a thread's journal amounts to at a position: the fold. Owned by one loop; also the form of a snapshot.</summary>
internal sealed class JournalState
{
    /// <summary>Grows when folding changes: a snapshot of another version is ignored.</summary>
    public const int FoldVersion = 7;

    /// <summary>The last entry that is folded in.</summary>
    public long Position { get; set; }

    /// <summary>All rewinds of the journal so far, those on branches that were left too.</summary>
    public List<Rewind> Rewinds { get; init; } = [];

    /// <summary>The scopes that are alive, by path; the thread's own is the empty one.</summary>
    public OrderedDictionary<string, ScopeState> Scopes { get; init; } = new(StringComparer.Ordinal) { [""] = new ScopeState() };

    /// <summary>The execution that is open.</summary>
    public ExecutionState? Execution { get; set; }

    /// <summary>The id of the last entry: tells this thread from another one that had its name before.</summary>
    public Guid LastEntry { get; set; }

    /// <summary>Up to where the newest snapshot reaches that is known here; 0 without one.</summary>
    [JsonIgnore]
    public long Snapshot { get; set; }

    /// <summary>How many entries were folded since that snapshot, those of branches that were left too: what reading the thread again would cost.</summary>
    [JsonIgnore]
    public long Replayed { get; set; }

    /// <summary>The thread's own scope.</summary>
    [JsonIgnore]
    public ScopeState Root => Scopes[""];

    /// <summary>The scope of a path, which has begun.</summary>
    public ScopeState Scope(string path) => Scopes[path];

    /// <summary>An activation that has begun something, or <c>null</c>.</summary>
    public ActivationState? FindActivation(string path, string name) => Scopes.GetValueOrDefault(path)?.Activations.GetValueOrDefault(name);

    /// <summary>A call of an activation, or <c>null</c>.</summary>
    public CallState? FindCall(string path, string activation, string id) => FindActivation(path, activation)?.Calls.Find(call => call.Id == id);
}
