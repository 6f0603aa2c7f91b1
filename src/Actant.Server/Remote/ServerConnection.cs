using System.Net;
using System.Net.Http.Headers;
using Actant.Access;
using Actant.Server.Hosting;
using Actant.Server.Plugins;
using Actant.Server.Running;
using Actant.Server.Settings;
using Actant.Sqlite;
using Actant.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Actant.Server.Remote;

/// <summary>
/// The API for the command line: of the server that was named or has the data folder open, else of one in this process, over the
/// folder itself, that takes no work.
/// </summary>
internal sealed class ServerConnection : IAsyncDisposable
{
    private readonly IActantStore? _store;
    private readonly WebApplication? _app;

    private ServerConnection(Uri address, string? key, IActantStore? store = null, WebApplication? app = null)
    {
        (_store, _app) = (store, app);

        // A proxy reads what is not encrypted, the key with it, and has no business between this machine and itself.
        var handler = new SocketsHttpHandler { UseProxy = address.Scheme == Uri.UriSchemeHttps && !address.IsLoopback };
        Client = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null)
        {
            Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public HttpClient Client { get; }

    /// <summary>Whether no server answers but the folder itself, in which nothing runs.</summary>
    public bool IsFolder => _app is not null;

    /// <summary>Why nothing may be written that filters should see: they are not here. <c>null</c> where a server has them, or none is missing.</summary>
    public string? WhyNotToWrite { get; private init; }

    /// <exception cref="IOException">The folder cannot be used, or no server answers for it.</exception>
    /// <exception cref="BadInputException">The address is none, or there is no such folder.</exception>
    public static async Task<ServerConnection> OpenAsync(string? url, string data, bool mayBegin, CancellationToken cancellationToken)
    {
        var key = Environment.GetEnvironmentVariable("ACTANT_TOKEN");
        if (url is not null)
        {
            return new ServerConnection(AddressOf(url), key);
        }

        var (storage, faults) = StorageReader.FromEnvironment();
        Refuse(faults);
        if (storage.Postgres is null && !mayBegin)
        {
            RequireFolder(data);
        }

        IActantStore store;
        try
        {
            store = await Stores.OpenAsync(storage, data, cancellationToken);
        }
        catch (DataFolderInUseException)
        {
            return new ServerConnection(new Uri(ServerAddress.Read(data) ?? ServerSettings.DefaultUrl), key);
        }

        try
        {
            var (models, wrong) = ModelSettingsReader.ReadEnvironment();
            var (outbound, more) = OutboundReader.FromEnvironment();
            List<string> errors = [.. wrong, .. more];
            var files = PluginReader.Read(Configuration.OfCommand(), errors);
            var plugins = PluginFile.LoadAll(files, errors);
            Refuse(errors);
            var settings = new ServerSettings
            {
                Addresses = [new IPEndPoint(IPAddress.Loopback, 0)],
                Data = data,
                MaxConcurrentExecutions = 1,
                Storage = storage with { Cluster = null },
                Models = models!,
                Outbound = outbound,
                Plugins = files,
                LogLevel = Microsoft.Extensions.Logging.LogLevel.None,
            };
            var owner = new OwnerKey { UserId = LocalUser.Name };
            var builder = WebApplication.CreateSlimBuilder();
            builder.Services.AddSingleton(owner);
            var app = ServerHost.Compose(builder, settings, plugins, takesWork: false)(store);
            await app.StartAsync(cancellationToken);
            return new ServerConnection(new Uri(app.Urls.First()), owner.Text, store, app) { WhyNotToWrite = await PluginRecord.WhyNotAsync(store, files, cancellationToken) };
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says that a data folder is not there, instead of making one of a slip of the pen.</summary>
    /// <exception cref="BadInputException">It is not.</exception>
    public static void RequireFolder(string data)
    {
        if (!Directory.Exists(data))
        {
            throw new BadInputException($"actant: There is no data folder '{data}'. Name the one of your server with --data, or, where the command has it, the server with --url; actant serve makes a new one.");
        }
    }

    private static Uri AddressOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new BadInputException($"actant: '{TerminalText.Line(url)}' is no address of a server: write http://HOST:PORT, as in --url {ServerSettings.DefaultUrl}.");

    private static void Refuse(IReadOnlyList<string> errors)
    {
        if (errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, errors));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }
}
