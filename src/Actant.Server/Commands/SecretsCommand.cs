using System.CommandLine;
using Actant.Secrets;
using Actant.Server.Hosting;
using Actant.Server.Remote;
using Actant.Server.Running;
using Actant.Server.Settings;
using Actant.Storage;

namespace Actant.Server.Commands;

/// <summary><c>actant secrets</c>: the encrypted store, in the database or else in a data folder. Values come in on stdin and never go out.</summary>
internal static class SecretsCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var data = new Option<string>("--data") { Description = "The data folder; does not count where PG_HOST names a database.", HelpName = "DIR", DefaultValueFactory = static _ => ServerSettings.DefaultData };
        var tenant = new Option<string>("--tenant") { Description = "Whose secrets.", HelpName = "TENANT", DefaultValueFactory = static _ => TenantId.Default.Value };
        var command = new Command("secrets", "Keep secrets for tools, encrypted, in the data folder or in the database that nodes share.");
        var hosts = new Option<string[]>("--host") { Description = "A host that it is for: api.example.com, or *.example.com. Several; without any, those that it had.", HelpName = "HOST" };
        var anyHost = new Option<bool>("--any-host") { Description = "It is for all hosts." };
        Add("set", "Store a secret; its value is read from stdin.", (parsed, store, owner, name, stop) =>
        {
            string[]? given = parsed.GetValue(anyHost) ? [] : parsed.GetValue(hosts) is { Length: > 0 } some ? some : null;
            return store.SetAsync(owner, name, new Secret(ReadValue(), given), stop);
        }, hosts, anyHost);
        Add("remove", "Remove a secret.", async (_, store, owner, name, stop) =>
        {
            if (!await store.RemoveAsync(owner, name, stop))
            {
                throw new ArgumentException($"There is no secret '{name}'.", nameof(name));
            }
        });
        var list = new Command("list", "Print the names of the secrets, and the hosts that they are for.") { data, tenant };
        list.SetAction((parsed, stop) => RunAsync(parsed.GetValue(data)!, mayBegin: false, error, async store =>
        {
            var kept = await store.ListAsync(new TenantId(parsed.GetValue(tenant)!), stop);
            await output.WriteAsync(string.Concat(kept.Select(static secret => secret.Hosts.Count > 0 ? $"{secret.Name}  {string.Join(',', secret.Hosts)}\n" : $"{secret.Name}\n")));
        }, stop));
        command.Add(list);
        var rotate = new Command("rotate", "Seal all secrets of all tenants with a new key: one that is made, or the first of those that are given.") { data };
        rotate.SetAction((parsed, stop) => RunAsync(error, async (settings, storage) =>
            await output.WriteLineAsync(await RotateAsync(settings, storage, parsed.GetValue(data)!, stop))));
        command.Add(rotate);
        ExamplesHelp.AddTo(command, "actant secrets set weather-key --host api.weather.example < key.txt", "actant secrets rotate", "actant secrets list", "actant secrets remove weather-key");
        return command;

        void Add(string verb, string description, Func<ParseResult, ISecretStore, TenantId, string, CancellationToken, ValueTask> action, params Option[] more)
        {
            var name = new Argument<string>("name") { Description = "Letters, digits, '.', '_' and '-'.", HelpName = "NAME" };
            var inner = new Command(verb, description) { name, data, tenant };
            foreach (var option in more)
            {
                inner.Add(option);
            }

            inner.SetAction((parsed, stop) => RunAsync(
                parsed.GetValue(data)!, verb == "set", error, store => action(parsed, store, new TenantId(parsed.GetValue(tenant)!), parsed.GetValue(name)!, stop), stop));
            command.Add(inner);
        }
    }

    // A line break at the end belongs to the terminal or the editor.
    private static string ReadValue()
    {
        var text = StandardInput.Text();
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }

    /// <summary>A key of the data folder's own is replaced; keys that were given stay with whoever gave them.</summary>
    private static async ValueTask<string> RotateAsync(OutboundSettings settings, StorageSettings storage, string data, CancellationToken cancellationToken)
    {
        if (storage.Postgres is null)
        {
            ServerConnection.RequireFolder(data);
        }

        if (storage.Postgres is null && settings.SecretsKey is null)
        {
            return $"{SecretStore.ReplaceKey(settings, data)} secrets are sealed with a new key; the old one is gone.";
        }

        await using var store = storage.Postgres is null ? null : await Stores.OpenAsync(storage, data, cancellationToken);
        var secrets = store is null ? SecretStore.FindOrCreate(settings, data) : SecretStore.Open(settings, storage, data, store);
        return $"{await secrets.ResealAsync(cancellationToken)} secrets are sealed with the first key; the others are not needed any more.";
    }

    private static Task<int> RunAsync(string data, bool mayBegin, TextWriter error, Func<ISecretStore, ValueTask> action, CancellationToken cancellationToken) =>
        RunAsync(error, (settings, storage) => RunAsync(settings, storage, data, mayBegin, action, cancellationToken));

    private static async Task<int> RunAsync(TextWriter error, Func<OutboundSettings, StorageSettings, ValueTask> action)
    {
        var (settings, errors) = OutboundReader.FromEnvironment();
        var (storage, faults) = StorageReader.FromEnvironment();
        errors = [.. errors, .. faults];
        try
        {
            if (errors.Count == 0)
            {
                await action(settings, storage);
                return ExitCodes.Done;
            }
        }
        catch (Exception exception) when (exception is SecretSourceException or ArgumentException or InvalidOperationException)
        {
            // What .NET adds of a parameter's name is nothing to the user.
            errors = [exception is ArgumentException { ParamName: { } parameter } ? exception.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal) : exception.Message];
        }
        catch (StoreUnavailableException exception)
        {
            await error.WriteLineAsync($"actant: {exception.Message}");
            return ExitCodes.Failed;
        }

        foreach (var reason in errors)
        {
            await error.WriteLineAsync($"actant: {reason}");
        }

        return ExitCodes.BadInput;
    }

    private static async ValueTask RunAsync(
        OutboundSettings settings, StorageSettings storage, string data, bool mayBegin, Func<ISecretStore, ValueTask> action, CancellationToken cancellationToken)
    {
        if (storage.Postgres is null)
        {
            if (!mayBegin)
            {
                ServerConnection.RequireFolder(data);
            }

            // A server may have the folder open: only the file of secrets is touched.
            await action(new LocalSecrets(settings, data));
            return;
        }

        await using var store = await Stores.OpenAsync(storage, data, cancellationToken);
        await action(SecretStore.Open(settings, storage, data, store));
    }
}
