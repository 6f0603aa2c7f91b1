using Actant.AspNetCore.Problems;
using Actant.Executions;
using Actant.InMemory;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Testing;
using Actant.Tools;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actant.AspNetCore.Tests.Problems;

public sealed class ProblemGuardTests
{
    [Fact]
    public async Task Any_StoreIsAway_LogsOneLine()
    {
        await using var store = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        await using var engine = new ActantEngine(store, new ToolRegistry([]), new ModelProviders([]));
        var log = new Lines();
        await using var services = new ServiceCollection().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };

        await new ProblemGuard(new SequentialIdGenerator(), engine, log).Around(
            _ => throw new StoreUnavailableException("the disk is full:\nmake room", new IOException("inner")))(context);

        Assert.Equal(503, context.Response.StatusCode);
        var (line, exception) = Assert.Single(log.Written);
        Assert.Null(exception);
        Assert.Contains("the disk is full: make room", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    private sealed class Lines : ILogger<ProblemGuard>
    {
        public List<(string Line, Exception? Exception)> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add((formatter(state, exception), exception));
    }
}
