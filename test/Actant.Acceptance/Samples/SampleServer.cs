using Actant.Testing.Vendors;

namespace Actant.Acceptance.Samples;

/// <summary>A server with the models of the samples: fakes of OpenAI and Anthropic, which say what is queued.</summary>
public sealed class SampleServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ActantProcess? _server;

    public FakeAnthropic Anthropic { get; } = new();

    public FakeOpenAI OpenAI { get; } = new();

    public HttpClient Client => Process.Client;

    internal ActantProcess Process => _server ?? throw new InvalidOperationException("The server does not run.");

    public async ValueTask InitializeAsync()
    {
        await Anthropic.StartAsync();
        await OpenAI.StartAsync();
        _server = await ActantProcess.ServeAsync(
            _folder.Path,
            ("ANTHROPIC_API_KEY", FakeVendor.Key),
            ("ANTHROPIC_BASE_URL", Anthropic.Address.AbsoluteUri),
            ("OPENAI_API_KEY", FakeVendor.Key),
            ("OPENAI_BASE_URL", OpenAI.Address.AbsoluteUri),
            ("LOG_LEVEL", "INFO"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await Anthropic.DisposeAsync();
        await OpenAI.DisposeAsync();
        _folder.Dispose();
    }
}
