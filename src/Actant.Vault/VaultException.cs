namespace Actant.Vault;

/// <summary>What Vault did not do, in words without a secret in them.</summary>
/// <param name="message">What went wrong, and what can be done.</param>
/// <param name="status">Vault's status; 0 where there was no answer.</param>
/// <param name="inner">The cause.</param>
internal sealed class VaultException(string message, int status = 0, Exception? inner = null) : Exception(message, inner)
{
    public int Status { get; } = status;
}
