using Actant.Nats;
using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads the section <c>Nats</c>; finds all that is wrong with it.</summary>
internal sealed class NatsReader(IConfiguration configuration, ICollection<string> errors)
{
    private const int MostSeconds = 3600;
    private const int MostTries = 1_000;

    private static readonly string[] s_schemes = ["nats", "tls"];

    private static readonly string[] s_names =
    [
        "Url", "TakesJobs", "JobStream", "JobSubjects", "Consumer", "ResultStream", "ResultSubject", "DeadStream", "DeadSubject", "EventSubject", "EventBufferBytes", "AckWaitSeconds", "NakDelaySeconds", "MaxTries",
        .. OwnersReader.Names, "User", "Password", "Token", "NKeyFile", "CredentialsFile", "CaFile", "CertificateFile", "KeyFile",
    ];

    /// <summary>The settings of a command without a host.</summary>
    public static (NatsOptions? Settings, IReadOnlyList<string> Errors) FromEnvironment()
    {
        var errors = new List<string>();
        return (new NatsReader(Configuration.OfCommand(), errors).Read(), errors);
    }

    /// <summary>The settings; <c>null</c> where no address is set.</summary>
    public NatsOptions? Read()
    {
        Configuration.CheckNames(configuration.GetSection("Actant:Nats"), s_names, errors);
        var url = Value("Url") ?? (configuration["NATS_URL"] is { Length: > 0 } alias ? alias : null);
        if (url is null)
        {
            return null;
        }

        if (!url.Split(',', StringSplitOptions.TrimEntries).All(IsAddress))
        {
            // It may hold a password.
            errors.Add($"{(Value("Url") is null ? "NATS_URL" : "Actant:Nats:Url")}: it is no address such as nats://nats.nats.svc:4222, or several with commas. Who connects stands in Actant:Nats:User and its neighbours.");
        }

        var preset = new NatsOptions { Url = url };
        var owners = new OwnersReader(configuration, "Actant:Nats", errors).Read("nats");
        var options = preset with
        {
            TakesJobs = Flag("TakesJobs", preset.TakesJobs),
            JobStream = Word("JobStream", preset.JobStream),
            JobSubjects = Subject("JobSubjects", preset.JobSubjects),
            Consumer = Word("Consumer", preset.Consumer),
            ResultStream = Word("ResultStream", preset.ResultStream),
            ResultSubject = Subject("ResultSubject", preset.ResultSubject),
            DeadStream = Word("DeadStream", preset.DeadStream),
            DeadSubject = Subject("DeadSubject", preset.DeadSubject),
            EventSubject = Value("EventSubject"),
            EventBufferBytes = Configuration.Number("Actant:Nats:EventBufferBytes", Value("EventBufferBytes"), 64 * 1024, long.MaxValue, errors) ?? preset.EventBufferBytes,
            AckWait = TimeSpan.FromSeconds(Number("AckWaitSeconds", (int)preset.AckWait.TotalSeconds, 1, MostSeconds)),
            NakDelay = TimeSpan.FromSeconds(Number("NakDelaySeconds", (int)preset.NakDelay.TotalSeconds, 1, MostSeconds)),
            MaxTries = Number("MaxTries", preset.MaxTries, 1, MostTries),
            Tenant = owners.Tenant,
            Tenants = owners.Tenants,
            Role = owners.Role,
            User = Value("User"),
            Password = Value("Password"),
            Token = Value("Token"),
            NKeyFile = File("NKeyFile"),
            CredentialsFile = File("CredentialsFile"),
            CaFile = File("CaFile"),
            CertificateFile = File("CertificateFile"),
            KeyFile = File("KeyFile"),
        };
        try
        {
            NatsOptions.Check(options);
        }
        catch (ArgumentException exception)
        {
            errors.Add($"Actant:Nats: {exception.Message.Split(" (Parameter ")[0]}");
        }

        return options;
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && s_schemes.Contains(address.Scheme) && address is { UserInfo: "", Host.Length: > 0, PathAndQuery: "" or "/", Fragment: "" };

    private string? Value(string name) => configuration[$"Actant:Nats:{name}"] is { Length: > 0 } value ? value : null;

    private int Number(string name, int preset, int least, int most) => (int)(Configuration.Number($"Actant:Nats:{name}", Value(name), least, most, errors) ?? preset);

    private bool Flag(string name, bool preset) => Configuration.Flag($"Actant:Nats:{name}", Value(name), errors) ?? preset;

    private string Word(string name, string preset) =>
        Checked(name, preset, static text => text.Length <= 255 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'), "has other characters than letters, digits, `_` and `-`");

    private string Subject(string name, string preset) => Checked(
        name,
        preset,
        static text => text.Length <= 255 && text.Split('.').All(static part => part.Length > 0 && (part is "*" or ">" || part.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))),
        "is no subject such as agent.execution");

    private string Checked(string name, string preset, Func<string, bool> isRight, string fault)
    {
        var text = Value(name) ?? preset;
        if (!isRight(text))
        {
            errors.Add($"Actant:Nats:{name}: '{text}' {fault}.");
        }

        return text;
    }

    private string? File(string name)
    {
        var path = Value(name);
        if (path is not null && !System.IO.File.Exists(path))
        {
            errors.Add($"Actant:Nats:{name}: there is no file '{path}'.");
        }

        return path;
    }
}
