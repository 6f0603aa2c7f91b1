namespace Actant.HttpTools;

/// <summary>An argument of the right type that makes no request; the message begins with its path.</summary>
internal sealed class HttpArgumentException(string message) : Exception(message);
