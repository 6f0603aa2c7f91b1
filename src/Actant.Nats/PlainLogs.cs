using Microsoft.Extensions.Logging;

namespace Actant.Nats;

/// <summary>The log of the NATS client: a server that is away is nothing that went wrong here, so each failed connection is a warning of one line, without a stack.</summary>
/// <param name="logs">Where to log.</param>
internal sealed class PlainLogs(ILoggerFactory logs) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new PlainLog(logs.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => logs.AddProvider(provider);

    public void Dispose()
    {
        // It is another one's.
    }

    private sealed class PlainLog(ILogger log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(Level(logLevel));

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var level = Level(logLevel);
            if (log.IsEnabled(level))
            {
                // The innermost says what the server, or the network, said.
                var reason = exception?.GetBaseException().Message.ReplaceLineEndings(" ");
                log.Log(level, eventId, state, exception: null, (said, _) => reason is null ? formatter(said, null) : $"{formatter(said, exception)}: {reason}");
            }
        }

        private static LogLevel Level(LogLevel level) => level is LogLevel.Error or LogLevel.Critical ? LogLevel.Warning : level;
    }
}
