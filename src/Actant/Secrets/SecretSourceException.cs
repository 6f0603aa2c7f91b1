namespace Actant.Secrets;

/// <summary>Thrown by a source that cannot be read: damaged, locked with another key, or away.</summary>
/// <param name="message">What is wrong and how to mend it; names no value.</param>
/// <param name="inner">The cause.</param>
public sealed class SecretSourceException(string message, Exception? inner = null) : IOException(message, inner);
