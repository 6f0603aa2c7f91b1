using Actant.Executions;
using Actant.Hosting;
using Actant.LanguageModels;
using Actant.Postgres;
using Actant.Server.Settings;
using Actant.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actant.Server.Hosting;

/// <summary>What Vault gives a server: the variables that nobody set, and their values later on.</summary>
internal sealed class VaultParts(VaultSecrets vault, IReadOnlySet<string> given)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public VaultSecrets Secrets { get; } = vault;

    /// <summary>
    /// Asks Vault, if there is one, and puts its values below all other settings. Without it a server cannot know its database, so it waits for a minute.
    /// </summary>
    /// <returns>With what the server ends, if it cannot start.</returns>
    public static async Task<(VaultParts? Parts, int? Exit)> OpenAsync(WebApplicationBuilder builder, TextWriter error, CancellationToken cancellationToken)
    {
        var (configuration, faults) = (builder.Configuration, new List<string>());
        var options = new VaultReader(configuration, faults).Read();
        if (faults.Count > 0)
        {
            return (null, ServerHost.Refuse(error, faults));
        }

        if (options is null)
        {
            return (null, null);
        }

        var vault = new VaultSecrets(options, TimeProvider.System);
        vault.StateChanged += Tell;
        if (await vault.LoadAsync(s_patience, cancellationToken) is var state and not "ok")
        {
            await vault.DisposeAsync();
            await error.WriteLineAsync($"Vault at {options.Address.GetLeftPart(UriPartial.Authority)}: {state}.");
            return (null, ExitCodes.Failed);
        }

        vault.StateChanged -= Tell;
        var given = vault.Variables.Where(variable => string.IsNullOrEmpty(configuration[variable.Key])).ToDictionary(StringComparer.Ordinal);
        ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = given });
        vault.Start();
        return (new VaultParts(vault, given.Keys.ToHashSet(StringComparer.Ordinal)), null);

        // Nothing is logged yet, and a minute is long for somebody who waits.
        void Tell(string state)
        {
            if (state != "ok")
            {
                error.WriteLine($"Vault at {options.Address.GetLeftPart(UriPartial.Authority)}: {state}. It is tried again for {s_patience.TotalSeconds:0} s.");
            }
        }
    }

    /// <summary>Settings that follow what changes in Vault.</summary>
    public ServerSettings Follow(ServerSettings settings, WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(Secrets).AddSingleton<IReadyCheck>(Secrets);
        return Follow(settings, builder.Configuration);
    }

    /// <summary>Lets it log and count as the server does.</summary>
    public static WebApplication Attach(WebApplication app)
    {
        app.Services.GetService<VaultSecrets>()?.Attach(app.Services.GetRequiredService<ActantEngine>().Meter, app.Services.GetRequiredService<ILoggerFactory>());
        return app;
    }

    private ServerSettings Follow(ServerSettings settings, ConfigurationManager configuration) => settings with
    {
        Storage = settings.Storage.Postgres is { } postgres && given.Contains("PG_PASSWORD") && string.IsNullOrEmpty(configuration["Actant:Postgres:ConnectionString"])
            ? settings.Storage with { Postgres = postgres with { LoginSource = Login } }
            : settings.Storage,
        Redis = settings.Redis is { } redis && given.Contains("REDIS_PASSWORD") && string.IsNullOrEmpty(configuration["Actant:Redis:Password"])
            ? redis with { PasswordSource = () => Secrets.Find("REDIS_PASSWORD") }
            : settings.Redis,
        Models = settings.Models with { Providers = [.. settings.Models.Providers.Select(Follow)] },
    };

    private PostgresLogin Login()
    {
        var (user, password) = Secrets.DatabaseLogin;
        return new PostgresLogin(given.Contains("PG_USER") ? user : null, password ?? "");
    }

    private ProviderSettings Follow(ProviderSettings provider) => provider.Endpoint is { KeyVariable: { } variable } endpoint && given.Contains(variable)
        ? provider with
        {
            Endpoint = new ModelEndpoint
            {
                Name = endpoint.Name,
                Address = endpoint.Address,
                ApiKey = endpoint.ApiKey,
                KeySource = () => Secrets.Find(variable),
                KeyVariable = variable,
                KeyHeader = endpoint.KeyHeader,
                Headers = endpoint.Headers,
                UsesMaxTokens = endpoint.UsesMaxTokens,
            },
        }
        : provider;
}
