namespace Actant.Server.Remote;

/// <summary>What the user gave cannot be sent; the message says everything that is wrong.</summary>
internal sealed class RemoteInputException(string message) : Exception(message);
