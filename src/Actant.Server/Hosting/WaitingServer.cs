using System.Text.Json;
using Actant.AspNetCore;
using Actant.Postgres;
using Actant.Server.Settings;
using Actant.Sqlite;
using Actant.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Actant.Server.Hosting;

/// <summary>
/// Stands at the server's addresses while its database is away, or its disk full or read-only, when it starts, as a running server stays while it is away:
/// alive, not ready, and asking again.
/// </summary>
internal static partial class WaitingServer
{
    private const int TriesBetweenLogs = 10;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>Opens what the settings name, as soon as it can be.</summary>
    /// <exception cref="StoreUnavailableException">It says no, and would say so again.</exception>
    /// <exception cref="OperationCanceledException">The process was told to stop meanwhile.</exception>
    public static async Task<IActantStore> OpenStoreAsync(ServerSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return await Stores.OpenAsync(settings.Storage, settings.Data, cancellationToken);
        }
        catch (Exception away) when (WhyAway(settings, away) is { } reason)
        {
            return await WaitAsync(settings, away, reason, cancellationToken);
        }
    }

    /// <summary>Asks what was opened, as often as it takes: it may go away before the server stands.</summary>
    /// <exception cref="StoreUnavailableException">It says no, and would say so again.</exception>
    public static async Task<T> RepeatAsync<T>(ServerSettings settings, TextWriter error, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (StoreUnavailableException away) when (!away.IsFull && WhyAway(settings, away) is not null)
            {
                await error.WriteLineAsync($"actant: the store cannot be used; the server starts as soon as it can: {away.Message}");
                await Task.Delay(s_pause, TimeProvider.System, cancellationToken);
            }
        }
    }

    private static async Task<IActantStore> WaitAsync(ServerSettings settings, Exception away, string reason, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Services.AddSingleton(TimeProvider.System);
        ServerHost.LogAndListen(builder, settings);
        await using var app = builder.Build();
        app.UseActant();
        app.Run(context => AnswerAsync(context, Volatile.Read(ref reason)));
        await app.StartAsync(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Actant.Server");
        LogAway(log, away.Message);
        for (var tries = 1; ; tries++)
        {
            await Task.Delay(s_pause, TimeProvider.System, stop.Token);
            try
            {
                var store = await Stores.OpenAsync(settings.Storage, settings.Data, stop.Token);
                LogBack(log);

                // The same addresses are needed at once.
                await app.StopAsync(CancellationToken.None);
                return store;
            }
            catch (Exception still) when (WhyAway(settings, still) is { } why)
            {
                Volatile.Write(ref reason, why);
                if (tries % TriesBetweenLogs == 0)
                {
                    LogAway(log, still.Message);
                }
            }
        }
    }

    /// <summary>What anybody may read of why there is no store yet; <c>null</c> where waiting would mend nothing.</summary>
    private static string? WhyAway(ServerSettings settings, Exception away) => away switch
    {
        DataFolderNotWritableException => DataFolderNotWritableException.Remedy,
        StoreUnavailableException silent when (settings.Storage.Postgres is null ? SqliteStore.MayComeBack(silent) : PostgresStore.MayComeBack(silent)) =>
            silent.Remedy ?? "does not answer yet",
        _ => null,
    };

    private static Task AnswerAsync(HttpContext context, string reason)
    {
        context.Response.Headers.CacheControl = "no-store";
        switch (context.Request.Path.Value)
        {
            case "/health" or "/api/health":
                return WriteAsync(context, StatusCodes.Status200OK, """{"status":"healthy"}""");
            case "/ready" or "/api/health/ready":
                return WriteAsync(
                    context,
                    StatusCodes.Status503ServiceUnavailable,
                    $$$"""{"status":"not_ready","checks":{"store":"{{{JsonEncodedText.Encode(reason)}}}","engine":"waits for the store to start"}}""");
            default:
                // The body comes with the status.
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
        }
    }

    private static Task WriteAsync(HttpContext context, int status, string json)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json; charset=utf-8");
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store cannot be used; the server starts as soon as it can: {Reason}")]
    private static partial void LogAway(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The store can be used; the server starts")]
    private static partial void LogBack(ILogger log);
}
