namespace Actant.Server;

/// <summary>What the user gave cannot be used; the message says everything that is wrong, as it is printed.</summary>
internal sealed class BadInputException(string message) : Exception(message);
