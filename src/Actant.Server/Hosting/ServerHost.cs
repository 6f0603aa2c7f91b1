using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Actant.Access;
using Actant.Agents;
using Actant.AspNetCore;
using Actant.Definitions;
using Actant.Executions;
using Actant.Secrets;
using Actant.Server.Logs;
using Actant.Server.Plugins;
using Actant.Server.Settings;
using Actant.Sqlite;
using Actant.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Actant.Server.Hosting;

/// <summary>Puts the server together and runs it until a signal.</summary>
internal static partial class ServerHost
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(Dictionary<string, string?> overrides, TextWriter error, CancellationToken cancellationToken)
    {
        // Settings are read once: a watched file could not change what is running anyway.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Configuration.AddInMemoryCollection(overrides.Where(pair => pair.Value is not null));
        var (vault, exit) = await VaultParts.OpenAsync(builder, error, cancellationToken);
        if (exit is { } code)
        {
            return code;
        }

        await using var secrets = vault?.Secrets;
        var (settings, errors) = SettingsReader.Read(builder.Configuration);
        settings = vault is null || settings is null ? settings : vault.Follow(settings, builder);
        List<string> faults = [.. errors];
        var plugins = PluginFile.LoadAll(settings?.Plugins ?? PluginReader.Read(builder.Configuration, []), faults);
        if (settings is null || faults.Count > 0)
        {
            return Refuse(error, faults);
        }

        Func<IActantStore, WebApplication> build;
        try
        {
            // Before anything is opened or made: a plug-in may refuse.
            build = Compose(builder, settings, plugins);
        }
        catch (PluginException exception)
        {
            return Refuse(error, [exception.Message]);
        }

        IActantStore store;
        try
        {
            store = await WaitingServer.OpenStoreAsync(settings, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Done;
        }
        catch (Exception exception) when (exception is DataFolderInUseException or DllNotFoundException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return Refuse(error, [exception.Message]);
        }
        catch (StoreUnavailableException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return ExitCodes.Failed;
        }

        await using (store)
        {
            try
            {
                _ = SecretStore.Open(settings.Outbound, settings.Storage, settings.Data, store);
            }
            catch (SecretSourceException exception)
            {
                return Refuse(error, [exception.Message]);
            }

            if (settings.Addresses.FirstOrDefault(address => !IPAddress.IsLoopback(address.Address)) is { } open
                && !await WaitingServer.RepeatAsync(settings, error, () => KeysExistAsync(store, cancellationToken), cancellationToken))
            {
                return Refuse(error,
                [
                    $"{open} is open to other machines, and there are no keys: whoever reached it could run agents. "
                        + $"Make one first: actant token create NAME --role admin --data {settings.Data}",
                ]);
            }

            try
            {
                await StoreSharesAsync(settings, store, error, cancellationToken);
                await using var app = build(store);
                return await RunAsync(app, settings, store, error, cancellationToken);
            }
            catch (StoreUnavailableException exception)
            {
                await error.WriteLineAsync(exception.Message);
                return ExitCodes.Failed;
            }
            catch (Exception exception) when (plugins.Count > 0 && exception is InvalidOperationException or ArgumentException or DefinitionException)
            {
                // What a plug-in adds is made when the engine is.
                return Refuse(error, [$"The server cannot start with the plug-ins {string.Join(", ", settings.Plugins)}: {exception.Message} Mend them, or take them out of Actant:Plugins."]);
            }
        }
    }

    /// <summary>A start that changes nothing writes nothing, and on a full disk whoever comes to make room must be let in.</summary>
    private static async Task StoreSharesAsync(ServerSettings settings, IActantStore store, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (tenant, said) in settings.Tenants)
            {
                await WaitingServer.RepeatAsync(settings, error, () => StoreShareAsync(store.For(tenant), said.Share, cancellationToken), cancellationToken);
            }
        }
        catch (StoreUnavailableException exception) when (exception.IsFull)
        {
            await error.WriteLineAsync($"actant: the shares of tenants could not be stored, and those from before count until the next start: {exception.Message}");
        }
    }

    private static async Task<bool> StoreShareAsync(ITenantStore store, TenantShare share, CancellationToken cancellationToken)
    {
        if (await store.GetShareAsync(cancellationToken) == share)
        {
            return false;
        }

        await store.SetShareAsync(share, cancellationToken);
        return true;
    }

    private static async Task<bool> KeysExistAsync(IActantStore store, CancellationToken cancellationToken) =>
        await new ApiKeys(store, TimeProvider.System, IdGenerator.System).ExistAsync(cancellationToken);

    /// <summary>Puts the server together as far as it needs no store.</summary>
    /// <param name="builder">What configuration and further services are in.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="plugins">What else is added.</param>
    /// <param name="takesWork">Whether it executes agents, or only answers.</param>
    /// <returns>Makes the server of the store where everything is kept; it is not started.</returns>
    /// <exception cref="PluginException">A plug-in fails.</exception>
    public static Func<IActantStore, WebApplication> Compose(WebApplicationBuilder builder, ServerSettings settings, IReadOnlyList<PluginFile> plugins, bool takesWork = true)
    {
        LogAndListen(builder, settings);
        Telemetry.Add(builder, settings.Tracing);
        var mapPeers = OwnPorts.Listen(builder, settings);

        // Steps, then requests that wait for their ends, then what is left of the handing over.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.ShutdownPatience + s_farewell);
        List<ServiceDescriptor> hosted = [.. builder.Services.Where(IsHosted)];
        builder.Services.AddSingleton(settings.Streams).AddSingleton(settings.Bodies);
        var opened = new StrongBox<IActantStore>();
        var place = ServiceDescriptor.Singleton<IActantStore>(_ => opened.Value!);
        builder.Services.Add(place);
        var actant = builder.Services.AddServerParts(
            settings.Models,
            settings.Outbound with { Policy = settings.Outbound.Policy with { OwnAddresses = Listeners(settings) } },
            provider => SecretStore.Open(settings.Outbound, settings.Storage, settings.Data, opened.Value!, provider.GetRequiredService<ILoggerFactory>()),
            plugins,
            options => Configure(options, settings)).AddEvents(settings.Events).AddAgents(provider => new FileAgentCatalogue(
                AgentFolder.For(settings),
                provider.GetRequiredService<ActantEngine>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<FileAgentCatalogue>>()));
        actant.AddBrokers(settings);
        foreach (var starter in takesWork ? [] : builder.Services.Where(IsHosted).Except(hosted).ToList())
        {
            builder.Services.Remove(starter);
        }

        return store =>
        {
            opened.Value = store;
            if (builder.Services.IndexOf(place) is var index and >= 0)
            {
                // As it is: whoever opened it closes it, not the container.
                builder.Services[index] = ServiceDescriptor.Singleton(store);
            }

            return VaultParts.Attach(Build(builder, settings, mapPeers));
        };
    }

    private static IReadOnlyList<IPEndPoint> Listeners(ServerSettings settings) => [.. settings.Addresses, .. settings.OwnPorts];

    private static WebApplication Build(WebApplicationBuilder builder, ServerSettings settings, Action<WebApplication> mapPeers)
    {
        // Keys travel in a header, so no page needs a browser's credentials.
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. settings.CorsOrigins]).AllowAnyMethod().AllowAnyHeader()
            .WithExposedHeaders("ETag", "Location", "Idempotency-Replayed", "Retry-After").SetPreflightMaxAge(TimeSpan.FromMinutes(10))));

        var app = builder.Build();
        UseCors(app);
        OwnPorts.KeepApart(app, settings);
        app.UseActant();
        app.MapActant();
        mapPeers(app);
        app.MapGet("/", static context =>
        {
            context.Response.Redirect("docs");
            return Task.CompletedTask;
        });
        return app;
    }

    private static void Configure(EngineOptions options, ServerSettings settings)
    {
        options.MaxConcurrentExecutions = settings.MaxConcurrentExecutions;
        options.StateMemoryBytes = settings.StateMemoryBytes;
        options.SessionLength = settings.SessionLength;
        options.ShutdownPatience = settings.ShutdownPatience;
        options.ExecutionTimeout = settings.ExecutionTimeout;
        options.Address = settings.Storage.Cluster?.Address.AbsoluteUri;
        options.Deliveries.PublicUrl = settings.PublicUrl;
        options.TraceContent = settings.Tracing.Content;
        options.Tiers = settings.Tenants.ToDictionary(static tenant => tenant.Key, static tenant => tenant.Value.Limits);
    }

    /// <summary>Where the server listens, and how it logs.</summary>
    public static void LogAndListen(WebApplicationBuilder builder, ServerSettings settings)
    {
        builder.Logging.ClearProviders().SetMinimumLevel(settings.LogLevel).AddConsole(options =>
        {
            // A slow reader of the log must not slow executions.
            options.FormatterName = JsonLogFormatter.FormatterName;
            options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        }).AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
        if (settings.LogLevel >= LogLevel.Information)
        {
            builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // Only our own setting says where to listen: it is the one that is checked.
            kestrel.Configure();
            kestrel.AddServerHeader = false;

            // What a connection takes of a body that nobody reads yet, or at all: by itself a megabyte.
            kestrel.Limits.MaxRequestBufferSize = 64 * 1024;
            foreach (var address in settings.Addresses)
            {
                kestrel.Listen(address);
            }
        });
    }

    /// <summary>The middleware as <c>UseCors</c> adds it, but called without the expression compiler, which an idle server would keep in memory.</summary>
    private static void UseCors(WebApplication app)
    {
        var policies = app.Services.GetRequiredService<ICorsPolicyProvider>();
        app.Use(next =>
        {
            var cors = new CorsMiddleware(next, app.Services.GetRequiredService<ICorsService>(), app.Services.GetRequiredService<ILoggerFactory>());
            return context => cors.Invoke(context, policies);
        });
    }

    private static async Task<int> RunAsync(WebApplication app, ServerSettings settings, IActantStore store, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // A socket says what is wrong and not with which address.
            return Refuse(error, [exception.InnerException is AddressInUseException ? $"{exception.Message} Stop what listens there, or choose another address with --urls." : exception is IOException ? exception.Message : $"Listening on {string.Join(", ", Listeners(settings))} failed: {exception.Message}"]);
        }

        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Actant.Server");
        try
        {
            if (await WaitingServer.RepeatAsync(settings, error, () => PluginRecord.WriteAsync(store, settings.Plugins, cancellationToken), cancellationToken) is { Count: > 0 } gone)
            {
                LogPluginsGone(log, string.Join(", ", gone));
            }
        }
        catch (StoreUnavailableException exception) when (exception.IsFull)
        {
            // Whoever comes to make room must be let in.
            LogFull(log, exception.Message);
        }

        foreach (var url in app.Urls)
        {
            LogListening(log, url);
        }

        // Commands find whoever has the folder open; a database they open themselves.
        var hasFolder = settings.Storage.Postgres is null;
        if (hasFolder)
        {
            ServerAddress.Write(settings.Data, app.Urls.First());
        }

        if (settings.Models.StandsInFor.Count > 0)
        {
            LogStandIn(log, string.Join(", ", settings.Models.StandsInFor));
        }

        if (!Console.IsErrorRedirected)
        {
            var agents = await app.Services.GetRequiredService<IAgentCatalogue>().ListAsync(TenantId.Default, cancellationToken);
            await error.WriteLineAsync(Greeting.For(app.Urls.First(), agents));
        }

        await app.WaitForShutdownAsync(cancellationToken);
        if (hasFolder)
        {
            ServerAddress.Remove(settings.Data);
        }

        LogStopped(log);
        return ExitCodes.Done;
    }

    private static bool IsHosted(ServiceDescriptor service) => service.ServiceType == typeof(IHostedService);

    internal static int Refuse(TextWriter error, IReadOnlyList<string> reasons)
    {
        foreach (var reason in reasons)
        {
            error.WriteLine($"actant: {reason}");
        }

        return ExitCodes.BadInput;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {Url}")]
    private static partial void LogListening(ILogger log, string url);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scripted model stands in for {Providers}, which have no key; each answer says so in model_source")]
    private static partial void LogStandIn(ILogger log, string providers);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server before had plug-ins that this one has not: {Plugins}")]
    private static partial void LogPluginsGone(ILogger log, string plugins);

    [LoggerMessage(Level = LogLevel.Error, Message = "There is no room for more, and the server takes nothing new: {Reason}")]
    private static partial void LogFull(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped")]
    private static partial void LogStopped(ILogger log);
}
