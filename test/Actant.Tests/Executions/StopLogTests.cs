using System.Text.Json;
using Actant.Executions;
using Actant.InMemory;
using Actant.LanguageModels;
using Actant.Tests.Definitions;
using Actant.Tools;
using Microsoft.Extensions.Logging;

namespace Actant.Tests.Executions;

[Trait("Row", "O3")]
public sealed class StopLogTests
{
    [Fact]
    public async Task Stop_WithACallThatDoesNotEnd_SaysThatTheProcessStopsAndNotThatAThreadWasLost()
    {
        var stop = TestContext.Current.CancellationToken;
        var begun = new TaskCompletionSource();
        var hang = FunctionTool.Create(
            async (CancellationToken aborted) =>
            {
                begun.SetResult();
                await new TaskCompletionSource().Task.WaitAsync(aborted);
            },
            "hang",
            "Never ends by itself.",
            ToolClass.Pure);
        using var log = new Lines();
        await using var store = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        await using var engine = new ActantEngine(store, new ToolRegistry([hang]), new ModelProviders([]), new EngineOptions { ShutdownPatience = TimeSpan.FromSeconds(1) }, logs: log);
        await engine.StartAsync(stop);
        await engine.For(TenantId.Default).SubmitAsync(
            new SubmitRequest { Definition = DefinitionSamples.ReadValid("name: x\nnodes: [{name: hang, type: tool, tool: hang}]"), Input = JsonElement.Parse("\"x\"") }, stop);
        await begun.Task.WaitAsync(stop);

        await engine.StopAsync(stop);

        Assert.Contains(log.Written, static line => line.Contains("because the process stops", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Written, static line => line.Contains("was lost", StringComparison.Ordinal));
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Written { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
