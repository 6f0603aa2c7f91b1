using System.Text.Json;
using Actant.Benchmarks.Loads;
using Actant.Journaling;
using Actant.Storage;
using BenchmarkDotNet.Attributes;

namespace Actant.Benchmarks.HotPaths;

public class EntryBenchmarks
{
    private readonly ModelAnswered _payload = new()
    {
        Message = Message.OfText(Roles.Assistant, LoadAgent.Text(1024), "msg_0123456789abcdef01234567", "agent"),
        Request = new RequestFingerprint { Base = 3, Messages = 4, Hash = "0123456789abcdef" },
        Model = "scripted",
        ModelSource = "scripted",
        Usage = new Usage { Input = 256, Output = 256 },
        FinishReason = "stop",
    };

    private Entry _entry = null!;
    private StoredEntry _stored;

    [GlobalSetup]
    public void SetUp()
    {
        _entry = new Entry { Id = Guid.CreateVersion7(), Position = 6, At = DateTimeOffset.UnixEpoch, Activation = "agent", Payload = _payload };
        var encoded = EntryCodec.Encode(_entry).Entry;
        _stored = new StoredEntry(6, encoded.Id, encoded.Execution, 1, encoded.Body);
    }

    [Benchmark(Baseline = true, Description = "serialize of the payload alone, 1 KiB")]
    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(_payload, JournalJson.Default.ModelAnswered);

    [Benchmark(Description = "encode of a model's answer of 1 KiB")]
    public int Encode() => EntryCodec.Encode(_entry).Entry.Body.Length;

    [Benchmark(Description = "decode of a model's answer of 1 KiB")]
    public Entry Decode() => EntryCodec.Decode(_stored);
}
