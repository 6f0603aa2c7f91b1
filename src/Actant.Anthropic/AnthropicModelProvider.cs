using Actant.Definitions;
using Actant.LanguageModels;
using Actant.Secrets;
using Anthropic;
using Microsoft.Extensions.AI;

namespace Actant.Anthropic;

/// <summary>Anthropic's models, and any others behind the same interface. Calls once; retries are the engine's.</summary>
public sealed class AnthropicModelProvider : IModelProvider, IDisposable
{
    /// <summary>Where Anthropic's models are, unless the settings say otherwise.</summary>
    public static readonly Uri AnthropicAddress = new("https://api.anthropic.com");

    private const int MostTopK = 1_000_000;

    // The SDK's own time-out; the engine's deadlines come long before.
    private static readonly TimeSpan s_never = TimeSpan.FromDays(24);

    private readonly ModelEndpoint _endpoint;
    private readonly VendorFailures _failures;
    private readonly ISecretSource? _secrets;
    private readonly HttpClient _http;
    private AnthropicClient? _client;
    private object? _making;

    /// <summary>A provider of the models at an endpoint.</summary>
    /// <param name="endpoint">Where they are, and with which key.</param>
    /// <param name="time">The clock that dates in Retry-After are compared with.</param>
    /// <param name="handler">
    /// The way to the network, for a proxy or a guard; stays the caller's. It should not follow redirects, and should not read
    /// on when an answer is given up. Without one the provider has its own.
    /// </param>
    /// <param name="secrets">Where the keys are found that models bring along.</param>
    public AnthropicModelProvider(ModelEndpoint endpoint, TimeProvider time, HttpMessageHandler? handler = null, ISecretSource? secrets = null)
    {
        _endpoint = endpoint;
        _secrets = secrets;
        _failures = new VendorFailures(endpoint);
        _http = VendorHandler.CreateClient(endpoint, "x-api-key", _failures, time, handler, MendedEvent.Of, WholeAnswer.ToEvents);
    }

    /// <inheritdoc />
    public string Name => _endpoint.Name;

    /// <inheritdoc />
    public string Settings => _endpoint.Settings;

    // Not before a model is called: the SDK loads every assembly of the program when its first client is made.
    private AnthropicClient Client => LazyInitializer.EnsureInitialized(ref _client, ref _making, () => new AnthropicClient
    {
        // With a key the SDK does not look for others; the real one is added where requests leave.
        ApiKey = "none",
        BaseUrl = _endpoint.Address.AbsoluteUri.TrimEnd('/'),
        HttpClient = _http,
        MaxRetries = 0,
        Timeout = s_never,
    });

    /// <inheritdoc />
    public IReadOnlyList<DefinitionProblem> Check(ModelDefinition model)
    {
        var problems = ModelKey.Check(model, _endpoint, _secrets);
        if (model.Temperature > 1)
        {
            problems.Add(new("$.temperature", DefinitionErrors.OutOfRange, $"{model.Temperature} is out of range: 0 to 1 for this provider."));
        }

        Read(model, problems);
        return problems;
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The options are wrong; <see cref="Check"/> says so before.</exception>
    public IChatClient Create(ModelDefinition model)
    {
        var problems = new List<DefinitionProblem>();
        var options = Read(model, problems);
        return problems.Count == 0
            ? new AnthropicChatClient(Client.AsIChatClient(), model, options, _endpoint, _failures, ModelKey.Of(model, _endpoint, _secrets))
            : throw new ArgumentException($"{problems[0].Path}: {problems[0].Message}", nameof(model));
    }

    /// <summary>Closes the connections; answers that are under way break.</summary>
    public void Dispose()
    {
        _client?.Dispose();
        _http.Dispose();
    }

    private static AnthropicModelOptions Read(ModelDefinition model, List<DefinitionProblem> problems)
    {
        if (model.Options is not { } options)
        {
            return new AnthropicModelOptions(null, null, null);
        }

        var reader = new OptionReader(options, "$.options", problems, "top_k", "tool_choice", "parallel_tool_calls");
        return new AnthropicModelOptions(
            reader.Integer("top_k", 1, MostTopK),
            reader.Text("tool_choice") switch
            {
                null => null,
                "auto" => ChatToolMode.Auto,
                "none" => ChatToolMode.None,
                "required" or "any" => ChatToolMode.RequireAny,
                var tool => ChatToolMode.RequireSpecific(tool),
            },
            reader.Flag("parallel_tool_calls"));
    }
}
