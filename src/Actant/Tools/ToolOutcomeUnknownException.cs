namespace Actant.Tools;

/// <summary>Thrown by a tool whose request has left and whose answer never came: it may have happened.</summary>
public sealed class ToolOutcomeUnknownException(string message, Exception? inner = null) : Exception(message, inner);
