using System.CommandLine;
using Actant.Secrets;
using Actant.Server.Hosting;
using Actant.Server.Settings;

namespace Actant.Server.Commands;

/// <summary><c>actant secrets</c>: the encrypted store of a data folder. Values come in on stdin and never go out.</summary>
internal static class SecretsCommand
{
    public static Command Create(TextReader input, TextWriter output, TextWriter error)
    {
        var data = new Option<string>("--data") { Description = "The data folder.", HelpName = "DIR", DefaultValueFactory = static _ => ServerSettings.DefaultData };
        var tenant = new Option<string>("--tenant") { Description = "Whose secrets.", HelpName = "TENANT", DefaultValueFactory = static _ => TenantId.Default.Value };
        var command = new Command("secrets", "Keep secrets for tools, encrypted in the data folder.");
        Add("set", "Store a secret; its value is read from stdin.", (store, owner, name) => store.Set(owner, name, new Secret(ReadValue(input))));
        Add("remove", "Remove a secret.", (store, owner, name) =>
        {
            if (!store.Remove(owner, name))
            {
                throw new ArgumentException($"There is no secret '{name}'.", nameof(name));
            }
        });
        var list = new Command("list", "Print the names of the secrets.") { data, tenant };
        list.SetAction(parsed => Run(parsed.GetValue(data)!, error, store => output.Write(string.Concat(store.Names(new TenantId(parsed.GetValue(tenant)!)).Select(static name => $"{name}\n")))));
        command.Add(list);
        ExamplesHelp.AddTo(command, "actant secrets set weather-key < key.txt", "actant secrets list", "actant secrets remove weather-key");
        return command;

        void Add(string verb, string description, Action<EncryptedSecrets, TenantId, string> action)
        {
            var name = new Argument<string>("name") { Description = "Letters, digits, '.', '_' and '-'.", HelpName = "NAME" };
            var inner = new Command(verb, description) { name, data, tenant };
            inner.SetAction(parsed => Run(parsed.GetValue(data)!, error, store => action(store, new TenantId(parsed.GetValue(tenant)!), parsed.GetValue(name)!)));
            command.Add(inner);
        }
    }

    // A line break at the end belongs to the terminal or the editor.
    private static string ReadValue(TextReader input)
    {
        var text = input.ReadToEnd();
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }

    private static int Run(string data, TextWriter error, Action<EncryptedSecrets> action)
    {
        var (settings, errors) = OutboundReader.FromEnvironment();
        try
        {
            if (errors.Count == 0)
            {
                action(SecretStore.FindOrCreate(settings, data));
                return ExitCodes.Done;
            }
        }
        catch (Exception exception) when (exception is SecretSourceException or ArgumentException)
        {
            errors = [exception.Message];
        }

        foreach (var reason in errors)
        {
            error.WriteLine($"actant: {reason}");
        }

        return ExitCodes.BadInput;
    }
}
