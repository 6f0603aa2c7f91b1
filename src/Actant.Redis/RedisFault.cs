namespace Actant.Redis;

/// <summary>Why a Redis does not do what it is asked, in words that anybody may read: no address, no user, no password.</summary>
internal static class RedisFault
{
    /// <summary>What is said of one that nothing else is known of.</summary>
    public const string NoConnection = "no connection";

    /// <summary>What is said of one where TLS was asked for: which of both is missing, nobody can say who has neither.</summary>
    public const string NoTls = "no connection with TLS: is the port one for TLS, and the certificate trusted?";

    /// <summary>What is said where a password was sent, or ought to have been.</summary>
    public const string WrongPassword = "the user or the password is refused (WRONGPASS)";
    public const string NoPassword = "it asks for a password (NOAUTH)";

    /// <summary>What is said of a server that takes messages and passes them to nobody but its own subscribers.</summary>
    public const string Replica = "it is a read-only replica: name the primary, whose subscribers hear what is published";

    // What servers begin their refusals with.
    private static readonly (string Word, string Meaning)[] s_refusals =
    [
        ("NOPERM", "the user may not do that (NOPERM): its rules must allow PING, and PUBLISH on the channels of threads"),
        ("WRONGPASS", WrongPassword),
        ("invalid password", WrongPassword),
        ("NOAUTH", NoPassword),
        ("READONLY", Replica),
        ("LOADING", "it is still loading its data (LOADING)"),
        ("max number of clients", "it has as many clients as it allows"),
    ];

    /// <summary>What an exception means.</summary>
    public static string Describe(Exception? exception)
    {
        var all = Flatten(exception).ToList();
        foreach (var (word, meaning) in s_refusals)
        {
            if (all.Exists(inner => inner.Message.Contains(word, StringComparison.OrdinalIgnoreCase)))
            {
                return meaning;
            }
        }

        return NoConnection;
    }

    private static IEnumerable<Exception> Flatten(Exception? exception) => exception switch
    {
        null => [],
        AggregateException several => several.InnerExceptions.SelectMany(Flatten),
        _ => [exception, .. Flatten(exception.InnerException)],
    };
}
