namespace Actant.Nats;

/// <summary>Codes of results that only messages can have.</summary>
internal static class NatsErrors
{
    /// <summary>Nothing of a message was stored, however often it was tried.</summary>
    public const string TooManyTries = "too_many_tries";
}
