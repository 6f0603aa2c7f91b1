namespace Actant.Benchmarks.HotPaths;

/// <summary>Set-ups that wait: the toolchain inside this process starts those that are asynchronous and does not wait for their end.</summary>
internal static class Blocking
{
#pragma warning disable VSTHRD002 // A benchmark's thread belongs to the benchmark: nothing can deadlock with it.
    public static T Run<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
}
