using System.Collections.Concurrent;
using System.Text;
using Actant.Journaling;
using Actant.Loops;
using Actant.Storage;

namespace Actant.Testing.Executions;

/// <summary>
/// Compares the state of every loop, after each of its steps, with one that is made of entries alone, each written and read again;
/// and the state that a loop begins with, kept in memory or not, with a fold of the whole journal.
/// </summary>
/// <param name="store">Where the journals are.</param>
internal sealed class FoldWatch(IActantStore store) : LoopWatch
{
    private readonly ConcurrentDictionary<(ThreadKey Thread, long Epoch), JournalState> _folds = new();
    private readonly ConcurrentQueue<string> _faults = new();

    /// <summary>Where a state was not what its entries amount to.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public override async ValueTask BeganAsync(ThreadKey thread, long epoch, JournalState state)
    {
        var fold = await new ThreadLoader(store).AdvanceAsync(thread, new JournalState(), state.Position, CancellationToken.None);
        if (fold.Position == state.Position)
        {
            Compare(thread, "at its beginning", fold, state);
        }

        _folds[(thread, epoch)] = ThreadSnapshots.Read(ThreadSnapshots.Write(state));
    }

    public override void Applied(ThreadKey thread, long epoch, Entry entry)
    {
        var (encoded, blob) = EntryCodec.Encode(entry);
        var stored = new StoredEntry(entry.Position, entry.Id, entry.Execution, entry.Epoch, encoded.Body);
        _folds[(thread, epoch)].Apply(EntryCodec.Decode(stored, blob?.Content));
    }

    public override void Decided(ThreadKey thread, long epoch, JournalState state) =>
        Compare(thread, $"behind position {state.Position}", _folds[(thread, epoch)], state);

    private void Compare(ThreadKey thread, string when, JournalState fold, JournalState state)
    {
        var (expected, actual) = (Text(fold), Text(state));
        if (expected != actual)
        {
            var same = expected.Zip(actual).TakeWhile(static pair => pair.First == pair.Second).Count();
            _faults.Enqueue($"The state of {thread} {when} is not what its entries say:\nentries …{Around(expected, same)}\nstate   …{Around(actual, same)}");
        }
    }

    private static string Text(JournalState state) => Encoding.UTF8.GetString(ThreadSnapshots.Write(state));

    private static string Around(string text, int place) => text[Math.Max(0, place - 80)..Math.Min(text.Length, place + 160)];
}
