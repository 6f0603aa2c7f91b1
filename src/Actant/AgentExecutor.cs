using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.InMemory;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant;

/// <summary>
/// Runs one agent inside a program: no server, no database. Safe for concurrent use; each call is a conversation of its own
/// that is forgotten when it has ended.
/// </summary>
/// <example>
/// <code>
/// var executor = new AgentExecutor(definition, chatClient);
/// var result = await executor.ExecuteAsync("What is 15 + 27?");
/// </code>
/// </example>
public sealed class AgentExecutor : IAsyncDisposable
{
    private readonly AgentDefinition _definition;
    private readonly ActantEngine _engine;
    private readonly InMemoryStore _store;

    /// <summary>An executor for a definition.</summary>
    /// <param name="definition">The agent.</param>
    /// <param name="model">Answers for every model that the definition names; without it the scripted model is there.</param>
    /// <param name="tools">Tools beside the built-in ones.</param>
    /// <param name="options">How the engine behaves; up to 10,000 executions at once by default.</param>
    /// <exception cref="DefinitionException">The definition cannot be run with these.</exception>
    public AgentExecutor(AgentDefinition definition, IChatClient? model = null, IEnumerable<Tool>? tools = null, EngineOptions? options = null)
    {
        var registry = new ToolRegistry(tools ?? []);
        var models = model is null
            ? new ModelProviders([new ScriptedModelProvider(TimeProvider.System)])
            : new ModelProviders(GivenModelProvider.ForAll(definition, model));
        _definition = definition;
        _store = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        _engine = new ActantEngine(_store, registry, models, options ?? new EngineOptions { MaxConcurrentExecutions = 10_000 });
        if (_engine.Validate(_definition) is { Count: > 0 } problems)
        {
            throw new DefinitionException(problems);
        }
    }

    /// <summary>Reads a definition in JSON or YAML and makes an executor for it.</summary>
    /// <exception cref="DefinitionException">The definition has problems; the exception names all of them.</exception>
    public static AgentExecutor FromText(string definition, IChatClient? model = null, IEnumerable<Tool>? tools = null)
    {
        var read = DefinitionReader.Read(System.Text.Encoding.UTF8.GetBytes(definition));
        return new AgentExecutor(read.Definition ?? throw new DefinitionException(read.Problems), model, tools);
    }

    /// <summary>Runs the agent on a text.</summary>
    public Task<ExecutionResult> ExecuteAsync(string input, CancellationToken cancellationToken = default) =>
        ExecuteAsync(JsonSerializer.SerializeToElement(input, JournalJson.Default.String), cancellationToken);

    /// <summary>Runs the agent on a text, or on an object with <c>messages</c> and values for the state.</summary>
    /// <returns>The execution after its end; a failed one too: look at its record's status.</returns>
    /// <exception cref="ArgumentException">The input cannot be used.</exception>
    public async Task<ExecutionResult> ExecuteAsync(JsonElement input, CancellationToken cancellationToken = default)
    {
        // A caller may have a SynchronizationContext; nothing below may depend on it.
        await Task.Run(() => _engine.StartAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        var client = _engine.For(TenantId.Default);
        var reply = await Task.Run(() => client.SubmitAsync(new SubmitRequest { Definition = _definition, Input = input }, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (!reply.IsDone)
        {
            throw new ArgumentException($"{reply.Refusal.Message} {string.Join(' ', (reply.Refusal.Errors ?? []).Select(error => $"{error.Path}: {error.Message}"))}", nameof(input));
        }

        try
        {
            return await client.WaitAsync(reply.Value.Id, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await client.DeleteThreadAsync(reply.Value.Thread.Thread, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
    }
}
