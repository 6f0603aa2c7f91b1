using System.Diagnostics;

namespace Actant.Tracing;

/// <summary>
/// What the engine tells OpenTelemetry of executions: one span while a process runs one, and below it one for each call of a model or a tool, each
/// append to the journal, each definition that is compiled and each try of a delivery. <c>docs/tracing.md</c> lists their names and attributes.
/// </summary>
public static class ActantTracing
{
    /// <summary>The name to give <c>AddSource</c>.</summary>
    public const string SourceName = "Actant";

    /// <summary>Makes the spans. While nobody listens it makes none, which costs a look at a list.</summary>
    internal static ActivitySource Source { get; } = new(SourceName);

    /// <summary>A span went wrong.</summary>
    /// <param name="span">The span.</param>
    /// <param name="failure">What happened.</param>
    internal static void Fail(this Activity span, Failure failure) =>
        span.SetTag("error.type", failure.Code).SetStatus(ActivityStatusCode.Error, failure.Message);
}
