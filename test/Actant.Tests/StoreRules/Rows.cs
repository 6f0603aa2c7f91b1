using System.Text;
using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Tests.StoreRules;

/// <summary>Rows to decide on, of one thread.</summary>
internal static class Rows
{
    public const long Session = 7;

    public static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(20_000);

    public static readonly ThreadKey Key = new(TenantId.Default, "t");

    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    public static ExecutionId Execution(int number) => new(Id(1000 + number));

    /// <summary>A thread of three entries in its second epoch, which nobody holds.</summary>
    public static ThreadRow Thread(ThreadPlace? place = null) => new(1, Key) { Position = 3, Epoch = 2, SignalNumber = 4, Seen = 4, Place = place ?? ThreadPlace.Idle };

    /// <summary>The same, held, with execution 1 open.</summary>
    public static ThreadRow Leased() => Thread(new ThreadPlace { Holder = Session, Current = 1, IsOpen = true });

    public static ExecutionRow Row(int number, ExecutionStatus status = ExecutionStatus.Running, long thread = 1, BlobHash? fingerprint = null) => new(
        number,
        thread,
        new ExecutionRecord
        {
            Id = Execution(number),
            Thread = Key,
            Fingerprint = fingerprint,
            Status = status,
            Agent = "agent",
            Definition = BlobHash.Of("definition"u8),
            Priority = 4,
            CreatedAt = Now + TimeSpan.FromSeconds(number),
        });

    public static AppendRequest Append(long position = 4, params EncodedEntry[] entries) => new()
    {
        Thread = Key,
        Epoch = 2,
        Position = position,
        Entries = entries.Length > 0 ? entries : [Entry(4)],
        SeenSignal = 4,
    };

    public static EncodedEntry Entry(int number) => new(Id(number), null, Bytes("entry"));

    public static ExecutionChange Change(int number, ExecutionStatus status) => new() { Execution = Execution(number), Status = status };

    public static Submission Submission(BusyStrategy? whenBusy = null) => new()
    {
        Id = Execution(2),
        Thread = Key.Thread,
        Agent = "agent",
        Definition = BlobHash.Of("definition"u8),
        Input = Bytes("input"),
        WhenBusy = whenBusy,
    };

    public static TakeRequest Take(int format = 1, int maxDeaths = int.MaxValue) =>
        new() { Session = new SessionId(Id(7)), Max = 10, Format = format, TakenBody = Bytes("taken"), MaxDeaths = maxDeaths };
}
