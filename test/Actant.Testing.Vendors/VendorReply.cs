namespace Actant.Testing.Vendors;

/// <summary>What a fake does with a request.</summary>
public sealed record VendorReply
{
    /// <summary>What it says.</summary>
    public VendorAnswer? Answer { get; init; }

    /// <summary>What it refuses with; beside an answer, the error that stands in the middle of the stream.</summary>
    public VendorFault? Fault { get; init; }

    /// <summary>Another status than usual.</summary>
    public int? Status { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Goes wrong after so many events of the stream; <c>null</c> never.</summary>
    public int? After { get; init; }

    /// <summary>Whether <c>%HIGH%</c> and <c>%LOW%</c> in the events are the two halves of 😀.</summary>
    public bool TearsCharacters { get; init; }

    /// <summary>Says nothing more and keeps the connection open.</summary>
    public bool Hangs { get; init; }

    /// <summary>Resets the connection; a whole answer is cut in its middle.</summary>
    public bool Cuts { get; init; }

    /// <summary>When the connection is reset: what was sent must have arrived, or it would be lost with it.</summary>
    public Task CutWhen { get; init; } = Task.CompletedTask;

    /// <summary>Text instead of the next event.</summary>
    public string? Garbage { get; init; }

    /// <summary>The body as it is; of a success, unless there is a <see cref="Status"/>.</summary>
    public string? Raw { get; init; }

    public string RawType { get; init; } = "application/json";

    public bool BreaksAt(int index) => After == index;

    public static VendorReply Say(params string[] deltas) => new() { Answer = new VendorAnswer { Deltas = deltas } };

    public static VendorReply Demand(params VendorCall[] calls) => new() { Answer = new VendorAnswer { Calls = calls } };
}
