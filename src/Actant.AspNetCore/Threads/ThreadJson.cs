using System.Text.Json.Serialization;
using Actant.AspNetCore.Answers;

namespace Actant.AspNetCore.Threads;

/// <summary>Answers about threads.</summary>
[JsonSerializable(typeof(ThreadSummary))]
[JsonSerializable(typeof(ThreadListView))]
[JsonSerializable(typeof(ThreadStateView))]
[JsonSerializable(typeof(BranchView))]
[JsonSerializable(typeof(ErasedView))]
internal sealed partial class ThreadJson : JsonSerializerContext
{
    public static ThreadJson Wire { get; } = new(WireJson.CreateOptions());
}
