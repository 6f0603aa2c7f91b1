using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Actant.Testing.Executions;

/// <summary>Everything that is said to the log, as text with its level.</summary>
public sealed class LogLines : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = [];

    public IReadOnlyList<(LogLevel Level, string Text)> Written => [.. _lines];

    /// <summary>The only line that holds a text.</summary>
    public (LogLevel Level, string Text) Only(string part) => Assert.Single(Written, line => line.Text.Contains(part, StringComparison.Ordinal));

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception)));

    public void Dispose()
    {
    }
}
