using System.CommandLine;
using Actant.Secrets;
using Actant.Server.Hosting;
using Actant.Server.Settings;
using Actant.Storage;

namespace Actant.Server.Commands;

/// <summary><c>actant secrets</c>: the encrypted store, in the database or else in a data folder. Values come in on stdin and never go out.</summary>
internal static class SecretsCommand
{
    public static Command Create(TextReader input, TextWriter output, TextWriter error)
    {
        var data = new Option<string>("--data") { Description = "The data folder; does not count where PG_HOST names a database.", HelpName = "DIR", DefaultValueFactory = static _ => ServerSettings.DefaultData };
        var tenant = new Option<string>("--tenant") { Description = "Whose secrets.", HelpName = "TENANT", DefaultValueFactory = static _ => TenantId.Default.Value };
        var command = new Command("secrets", "Keep secrets for tools, encrypted, in the data folder or in the database that nodes share.");
        Add("set", "Store a secret; its value is read from stdin.", (store, owner, name, stop) => store.SetAsync(owner, name, new Secret(ReadValue(input)), stop));
        Add("remove", "Remove a secret.", async (store, owner, name, stop) =>
        {
            if (!await store.RemoveAsync(owner, name, stop))
            {
                throw new ArgumentException($"There is no secret '{name}'.", nameof(name));
            }
        });
        var list = new Command("list", "Print the names of the secrets.") { data, tenant };
        list.SetAction((parsed, stop) => RunAsync(parsed.GetValue(data)!, error, async store =>
        {
            var names = await store.NamesAsync(new TenantId(parsed.GetValue(tenant)!), stop);
            await output.WriteAsync(string.Concat(names.Select(static name => $"{name}\n")));
        }, stop));
        command.Add(list);
        ExamplesHelp.AddTo(command, "actant secrets set weather-key < key.txt", "actant secrets list", "actant secrets remove weather-key");
        return command;

        void Add(string verb, string description, Func<ISecretStore, TenantId, string, CancellationToken, ValueTask> action)
        {
            var name = new Argument<string>("name") { Description = "Letters, digits, '.', '_' and '-'.", HelpName = "NAME" };
            var inner = new Command(verb, description) { name, data, tenant };
            inner.SetAction((parsed, stop) => RunAsync(
                parsed.GetValue(data)!, error, store => action(store, new TenantId(parsed.GetValue(tenant)!), parsed.GetValue(name)!, stop), stop));
            command.Add(inner);
        }
    }

    // A line break at the end belongs to the terminal or the editor.
    private static string ReadValue(TextReader input)
    {
        var text = input.ReadToEnd();
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }

    private static async Task<int> RunAsync(string data, TextWriter error, Func<ISecretStore, ValueTask> action, CancellationToken cancellationToken)
    {
        var (settings, errors) = OutboundReader.FromEnvironment();
        var (storage, faults) = StorageReader.FromEnvironment();
        errors = [.. errors, .. faults];
        try
        {
            if (errors.Count == 0)
            {
                await RunAsync(settings, storage, data, action, cancellationToken);
                return ExitCodes.Done;
            }
        }
        catch (Exception exception) when (exception is SecretSourceException or ArgumentException or InvalidOperationException)
        {
            errors = [exception.Message];
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
        OutboundSettings settings, StorageSettings storage, string data, Func<ISecretStore, ValueTask> action, CancellationToken cancellationToken)
    {
        if (storage.Postgres is null)
        {
            // A server may have the folder open: only the file of secrets is touched.
            await action(SecretStore.FindOrCreate(settings, data));
            return;
        }

        await using var store = await Stores.OpenAsync(storage, data, cancellationToken);
        await action(SecretStore.Open(settings, storage, data, store));
    }
}
