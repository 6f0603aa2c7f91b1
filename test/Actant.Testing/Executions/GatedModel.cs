using Actant.Definitions;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Testing.Executions;

/// <summary>The provider <c>gated</c>: each call waits for the test, which finds it in <see cref="Calls"/>.</summary>
public sealed class GatedModel : IModelProvider, IChatClient
{
    public string Name => "gated";

    public Arrivals<ModelCall> Calls { get; } = new();

    /// <summary>Answers at once instead, where it is set.</summary>
    public Action<ModelCall>? Responds { get; set; }

    /// <summary>Whether calls end when they are cancelled.</summary>
    public bool HonoursToken { get; set; } = true;

    public IReadOnlyList<DefinitionProblem> Check(ModelDefinition model) => [];

    public IChatClient Create(ModelDefinition model) => this;

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = new ModelCall([.. messages], options, cancellationToken);
        Responds?.Invoke(call);
        Calls.Add(call);
        return call.StreamAsync(HonoursToken, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
        // Shared by everything that asks; there is nothing to free.
    }
}
