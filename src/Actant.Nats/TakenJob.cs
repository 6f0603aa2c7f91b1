using Actant.Api;
using Actant.CloudEvents;

namespace Actant.Nats;

/// <summary>A message that was read, at its place among those that name the same. Disposed of when it is stored, put off or given up.</summary>
/// <param name="Message">As it came.</param>
/// <param name="Reading">What is in it; <c>null</c> where there was no room to read it.</param>
/// <param name="Caller">Whose it is.</param>
/// <param name="Bytes">What is counted for it.</param>
/// <param name="Turn">Its place.</param>
internal sealed record TakenJob(JobMessage Message, JobReading? Reading, Caller Caller, RequestBytes Bytes, MessageOrder.Turn Turn) : IDisposable
{
    /// <summary>Whether this try of it is counted.</summary>
    public bool IsCounted { get; set; }

    public void Dispose()
    {
        Turn.Dispose();
        Bytes.Dispose();
    }
}
