using Actant.AspNetCore.Peers;
using Actant.Postgres;
using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads the sections <c>Postgres</c> and <c>Cluster</c>, and the variables of other systems; never tells a password or a key.</summary>
internal sealed class StorageReader(IConfiguration configuration, ICollection<string> errors)
{
    private static readonly string[] s_postgres = ["ConnectionString", "Schema", "Lanes", "Connections", "RetrySeconds"];
    private static readonly string[] s_cluster = ["Address", "Listen", "Key"];

    /// <summary>The settings of a command without a host: <c>appsettings.json</c> of the working folder and the environment.</summary>
    public static (StorageSettings Settings, IReadOnlyList<string> Errors) FromEnvironment()
    {
        var errors = new List<string>();
        var configuration = Configuration.OfCommand();
        return (new StorageReader(configuration, errors).Read(), Configuration.NameVariables(configuration, errors));
    }

    public StorageSettings Read()
    {
        Configuration.CheckNames(configuration.GetSection("Actant:Postgres"), s_postgres, errors);
        Configuration.CheckNames(configuration.GetSection("Actant:Cluster"), s_cluster, errors);
        var postgres = Postgres();
        return new StorageSettings(postgres, Cluster(postgres is not null));
    }

    private PostgresStoreOptions? Postgres()
    {
        try
        {
            if ((Value("Postgres:ConnectionString") ?? PostgresConnectionString.FromVariables(name => configuration[name])) is not { } text)
            {
                return null;
            }

            var preset = new PostgresStoreOptions { ConnectionString = text };
            var options = preset with
            {
                Schema = Value("Postgres:Schema") ?? preset.Schema,
                Lanes = Number("Lanes", preset.Lanes, 1, 4),
                Connections = Number("Connections", preset.Connections, 8, 1000),
                RetryFor = TimeSpan.FromSeconds(Number("RetrySeconds", (int)preset.RetryFor.TotalSeconds, 1, 600)),
            };
            PostgresStoreOptions.Check(options);
            return options;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            var setting = exception is ArgumentException { ParamName: nameof(PostgresStoreOptions.Schema) } ? "Actant:Postgres:Schema" : "Actant:Postgres";
            errors.Add($"{setting}: {exception.Message.Split([" (Parameter ", "\n"], StringSplitOptions.None)[0]}");
            return null;
        }
    }

    private int Number(string name, int preset, int least, int most) =>
        (int)(Configuration.Number($"Actant:Postgres:{name}", Value($"Postgres:{name}"), least, most, errors) ?? preset);

    private ClusterSettings? Cluster(bool isShared)
    {
        var (address, listen, key) = (Value("Cluster:Address"), Value("Cluster:Listen"), Value("Cluster:Key"));
        if (address is null && listen is null && key is null)
        {
            return null;
        }

        if (!isShared)
        {
            errors.Add("Actant:Cluster: a data folder has one process; name the database that the nodes share: PG_HOST, or Actant:Postgres:ConnectionString.");
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var reached) || reached.Scheme != Uri.UriSchemeHttp || reached.PathAndQuery != "/" || reached.UserInfo.Length > 0)
        {
            errors.Add($"Actant:Cluster:Address: '{address}' is not where other nodes reach this one, such as http://10.0.0.5:8081.");
            return null;
        }

        if (key is null || key.Length < PeerOptions.ShortestKey)
        {
            errors.Add($"Actant:Cluster:Key: the nodes know each other by a text of at least {PeerOptions.ShortestKey} characters, the same on all of them.");
            return null;
        }

        var (endPoint, error) = ListenAddress.Parse(listen ?? address);
        if (endPoint is null)
        {
            errors.Add(listen is not null ? $"Actant:Cluster:Listen: {error}"
                : $"Actant:Cluster:Listen: '{address}' names a host; say on which address of this machine to listen, such as http://10.0.0.5:8081, or http://0.0.0.0:8081 for all of them.");
            return null;
        }

        return new ClusterSettings(reached, endPoint, key);
    }

    private string? Value(string name) => configuration[$"Actant:{name}"] is { Length: > 0 } value ? value : null;
}
