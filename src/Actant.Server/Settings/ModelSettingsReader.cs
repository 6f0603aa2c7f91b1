using System.Text.RegularExpressions;
using Actant.Anthropic;
using Actant.LanguageModels;
using Actant.OpenAI;
using Actant.Prices;
using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads the vendors' usual variables and the section <c>Actant:Models</c>; finds all that is wrong, and never tells a key.</summary>
internal sealed partial class ModelSettingsReader(IConfiguration configuration, List<string> errors)
{
    private const string Section = "Actant:Models";
    private const long LongestPriceFile = 4 * 1024 * 1024;
    private static readonly string[] s_names = ["StandIn", "Prices", "Providers"];
    private static readonly string[] s_fields = ["Protocol", "Address", "Key", "KeyVariable", "KeyHeader", "UsesMaxTokens", "Headers"];

    private static readonly (string Name, ModelProtocol Protocol, Uri Address, string Key, string BaseUrl)[] s_vendors =
    [
        ("openai", ModelProtocol.OpenAI, OpenAIModelProvider.OpenAIAddress, "OPENAI_API_KEY", "OPENAI_BASE_URL"),
        ("anthropic", ModelProtocol.Anthropic, AnthropicModelProvider.AnthropicAddress, "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
        ("groq", ModelProtocol.OpenAI, OpenAIModelProvider.GroqAddress, "GROQ_API_KEY", "GROQ_BASE_URL"),
    ];

    /// <summary>The settings of a command without a host: <c>appsettings.json</c> of the working folder and the environment.</summary>
    public static (ModelSettings? Settings, IReadOnlyList<string> Errors) ReadEnvironment()
    {
        var errors = new List<string>();
        var configuration = Configuration.OfCommand();
        var settings = new ModelSettingsReader(configuration, errors).Read();
        return (errors.Count == 0 ? settings : null, Configuration.NameVariables(configuration, errors));
    }

    /// <summary>The settings, as far as they can be read.</summary>
    public ModelSettings Read()
    {
        Configuration.CheckNames(configuration.GetSection(Section), s_names, errors);
        var further = configuration.GetSection($"{Section}:Providers").GetChildren().ToList();
        return new ModelSettings
        {
            StandIn = Flag($"{Section}:StandIn"),
            Prices = Prices(),
            Providers =
            [
                .. s_vendors.Select(vendor => Vendor(
                    vendor, further.Find(section => section.Key.Equals(vendor.Name, StringComparison.OrdinalIgnoreCase)))),
                .. further.Where(section => !s_vendors.Any(vendor => vendor.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase)))
                    .Select(Further).OfType<ProviderSettings>(),
            ],
        };
    }

    // The vendors' own variables go before what stands in a file.
    private ProviderSettings Vendor((string Name, ModelProtocol Protocol, Uri Address, string Key, string BaseUrl) vendor, IConfigurationSection? section)
    {
        Configuration.CheckNames(section, s_fields, errors);
        var variable = section?["KeyVariable"] is { Length: > 0 } named ? named : vendor.Key;
        return new ProviderSettings(
            new ModelEndpoint
            {
                Name = vendor.Name,
                Address = Address(vendor.BaseUrl) ?? Address($"{Section}:Providers:{vendor.Name}:Address") ?? vendor.Address,
                ApiKey = Key(variable) ?? Key($"{Section}:Providers:{vendor.Name}:Key"),
                KeyVariable = variable,
                KeyHeader = section?["KeyHeader"] is { Length: > 0 } header ? header : null,
                Headers = Headers(section),
                UsesMaxTokens = section is not null && Flag($"{section.Path}:UsesMaxTokens") == true,
            },
            vendor.Protocol);
    }

    private ProviderSettings? Further(IConfigurationSection section)
    {
        Configuration.CheckNames(section, s_fields, errors);
        var name = section.Key.ToLowerInvariant();
        if (!ProviderName().IsMatch(name) || name == ScriptedModelProvider.ProviderName)
        {
            errors.Add($"{section.Path}: '{name}' is no name for a provider: letters, digits, - and _, at most 64, and not '{ScriptedModelProvider.ProviderName}'.");
            return null;
        }

        ModelProtocol? protocol = section["Protocol"]?.ToLowerInvariant() switch
        {
            null or "" or "openai" => ModelProtocol.OpenAI,
            "anthropic" => ModelProtocol.Anthropic,
            _ => null,
        };
        if (protocol is null)
        {
            errors.Add($"{section.Path}:Protocol: '{section["Protocol"]}' is neither openai nor anthropic.");
        }

        if (string.IsNullOrEmpty(section["Address"]))
        {
            errors.Add($"{section.Path}:Address: a provider needs its address, such as http://127.0.0.1:11434/v1.");
        }

        var variable = section["KeyVariable"] is { Length: > 0 } named ? named : null;
        return Address($"{section.Path}:Address") is not { } address || protocol is null ? null : new ProviderSettings(
            new ModelEndpoint
            {
                Name = name,
                Address = address,
                ApiKey = (variable is null ? null : Key(variable)) ?? Key($"{section.Path}:Key"),
                KeyVariable = variable,
                KeyHeader = section["KeyHeader"] is { Length: > 0 } header ? header : null,
                Headers = Headers(section),
                UsesMaxTokens = Flag($"{section.Path}:UsesMaxTokens") ?? true,
            },
            protocol.Value);
    }

    private IReadOnlyList<ModelPrice> Prices()
    {
        if (configuration[$"{Section}:Prices"] is not { Length: > 0 } file)
        {
            return [];
        }

        try
        {
            if (new FileInfo(file).Length > LongestPriceFile)
            {
                errors.Add($"{Section}:Prices: '{file}' is larger than {LongestPriceFile} bytes.");
                return [];
            }

            var (prices, problems) = ModelPriceTable.Read(File.ReadAllBytes(file), file);
            errors.AddRange(problems.Select(problem => $"{file}: {problem.Path}: {problem.Message}"));
            return prices;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            errors.Add($"{Section}:Prices: {exception.Message}");
            return [];
        }
    }

    private Dictionary<string, string> Headers(IConfigurationSection? section)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in section?.GetSection("Headers").GetChildren() ?? [])
        {
            if (!HeaderName().IsMatch(header.Key) || IsUnsendable(header.Value ?? ""))
            {
                errors.Add($"{header.Path}: this cannot be a header.");
            }
            else
            {
                headers[header.Key] = header.Value ?? "";
            }
        }

        return headers;
    }

    private string? Key(string name)
    {
        var key = configuration[name]?.Trim();
        if (key is not null && IsUnsendable(key))
        {
            errors.Add($"{name}: this cannot be a key: it holds characters that no key has.");
        }

        return string.IsNullOrEmpty(key) ? null : key;
    }

    private Uri? Address(string name)
    {
        if (configuration[name] is not { Length: > 0 } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 && address.Fragment.Length == 0)
        {
            return address;
        }

        errors.Add($"{name}: this is no address such as https://host/v1, without a user and a password.");
        return null;
    }

    private bool? Flag(string name)
    {
        switch (configuration[name]?.Trim().ToLowerInvariant())
        {
            case null or "":
                return null;
            case "true" or "1" or "yes" or "on":
                return true;
            case "false" or "0" or "no" or "off":
                return false;
            default:
                errors.Add($"{name}: '{configuration[name]}' is neither true nor false.");
                return null;
        }
    }

    private static bool IsUnsendable(string value) => value.Any(static c => c is < ' ' or > '~');

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]{0,63}\z", RegexOptions.NonBacktracking)]
    private static partial Regex ProviderName();

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,128}\z", RegexOptions.NonBacktracking)]
    private static partial Regex HeaderName();
}
