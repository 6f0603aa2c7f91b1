using System.ClientModel;
using System.ClientModel.Primitives;
using Actant.Definitions;
using Actant.LanguageModels;
using Actant.Secrets;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Actant.OpenAI;

/// <summary>
/// The models behind OpenAI's chat completions, wherever they are served: OpenAI, Groq, Azure, Ollama, vLLM. Calls once; retries
/// are the engine's.
/// </summary>
public sealed class OpenAIModelProvider : IModelProvider, IDisposable
{
    /// <summary>Where OpenAI's models are, unless the settings say otherwise.</summary>
    public static readonly Uri OpenAIAddress = new("https://api.openai.com/v1");

    /// <summary>Where Groq's models are, unless the settings say otherwise.</summary>
    public static readonly Uri GroqAddress = new("https://api.groq.com/openai/v1");

    private readonly ModelEndpoint _endpoint;
    private readonly VendorFailures _failures;
    private readonly ISecretSource? _secrets;
    private readonly HttpClient _http;
    private OpenAIClient? _client;
    private object? _making;

    /// <summary>A provider of the models at an endpoint.</summary>
    /// <param name="endpoint">Where they are, and with which key.</param>
    /// <param name="time">The clock that dates in Retry-After are compared with.</param>
    /// <param name="handler">
    /// The way to the network, for a proxy or a guard; stays the caller's. It should not follow redirects, and should not read
    /// on when an answer is given up. Without one the provider has its own.
    /// </param>
    /// <param name="secrets">Where the keys are found that models bring along.</param>
    public OpenAIModelProvider(ModelEndpoint endpoint, TimeProvider time, HttpMessageHandler? handler = null, ISecretSource? secrets = null)
    {
        _endpoint = endpoint;
        _secrets = secrets;
        _failures = new VendorFailures(endpoint);
        _http = VendorHandler.CreateClient(endpoint, VendorHandler.Authorization, _failures, time, handler);
    }

    /// <inheritdoc />
    public string Name => _endpoint.Name;

    /// <inheritdoc />
    public string Settings => _endpoint.Settings;

    // Not before a model is called, so that a process that calls none does not load the SDK. It insists on a key; the real one
    // is added where requests leave.
    private OpenAIClient Client => LazyInitializer.EnsureInitialized(ref _client, ref _making, () => new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions
    {
        Endpoint = _endpoint.Address,
        Transport = new HttpClientPipelineTransport(_http),
        RetryPolicy = new ClientRetryPolicy(0),
        NetworkTimeout = Timeout.InfiniteTimeSpan,
        EnableDistributedTracing = false,
        ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
    }));

    /// <inheritdoc />
    public IReadOnlyList<DefinitionProblem> Check(ModelDefinition model)
    {
        var problems = ModelKey.Check(model, _endpoint, _secrets);
        OpenAIOptionsReader.Read(model, problems);
        return problems;
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The options are wrong; <see cref="Check"/> says so before.</exception>
    public IChatClient Create(ModelDefinition model)
    {
        var problems = new List<DefinitionProblem>();
        var options = OpenAIOptionsReader.Read(model, problems);
        return problems.Count == 0
            ? new OpenAIChatClient(Client.GetChatClient(model.ModelName), new OpenAIRequest(model, options, _endpoint.UsesMaxTokens, _failures), _endpoint, _failures, ModelKey.Of(model, _endpoint, _secrets))
            : throw new ArgumentException($"{problems[0].Path}: {problems[0].Message}", nameof(model));
    }

    /// <summary>Closes the connections; answers that are under way break.</summary>
    public void Dispose() => _http.Dispose();
}
