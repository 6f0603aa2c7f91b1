using Actant.Events;
using Actant.Journaling;
using BenchmarkDotNet.Attributes;

namespace Actant.Benchmarks.HotPaths;

public class FanOutBenchmarks
{
    // An answer that grew without end would be kept for those who join late.
    private const int LongestAnswer = 500;

    private readonly AnswerDelta _delta = new()
    {
        Execution = new ExecutionId(Guid.CreateVersion7()),
        Path = "",
        Activation = "agent",
        MessageId = "msg_0",
        Attempt = 1,
        Epoch = 1,
        Text = " word",
    };

    private readonly Entry _answered = new()
    {
        Id = Guid.CreateVersion7(),
        Position = 4,
        At = DateTimeOffset.UnixEpoch,
        Payload = new ModelAnswered
        {
            Message = Message.OfText(Roles.Assistant, "words", "msg_0"),
            Request = new RequestFingerprint { Base = 0, Messages = 0, Hash = "" },
            Model = "scripted",
            ModelSource = "scripted",
        },
    };

    private readonly LiveThread _thread = new(readerBuffer: 1024);
    private LiveThread.Subscription[] _readers = [];
    private int _deltas;

    [Params(1, 100, 1000)]
    public int Readers { get; set; }

    [GlobalSetup]
    public void SetUp() => _readers = [.. Enumerable.Range(0, Readers).Select(_ => _thread.Subscribe())];

    [Benchmark(Description = "one delta to all readers, and read by them")]
    public int Delta()
    {
        _thread.Publish(_delta);
        if (++_deltas % LongestAnswer == 0)
        {
            _thread.Stored([_answered]);
        }

        var read = 0;
        foreach (var reader in _readers)
        {
            while (reader.Events.TryRead(out _))
            {
                read++;
            }
        }

        return read;
    }
}
