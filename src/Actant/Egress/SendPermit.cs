namespace Actant.Egress;

/// <summary>
/// Whether a call may still be sent, checked in the moment before its bytes are written: a process that was held up before that, for
/// a connection or altogether, may have lost the right to it meanwhile. Goes along with the call as its execution context does.
/// </summary>
/// <param name="isValid">Whether it may be sent now.</param>
internal sealed class SendPermit(Func<bool> isValid)
{
    private static readonly AsyncLocal<SendPermit?> s_current = new();
    private volatile bool _wasRefused;
    private volatile bool _wasUsed;

    /// <summary>Of the call that is being made; <c>null</c> where anything may leave.</summary>
    public static SendPermit? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    /// <summary>Whether something would have been sent and nothing was.</summary>
    public bool KeptAllBack => _wasRefused && !_wasUsed;

    /// <summary>Called right before a request is written.</summary>
    /// <exception cref="EgressException">It may not be sent any more.</exception>
    public static void Use() => s_current.Value?.Ensure(isSent: true);

    /// <summary>Called where a request is still to wait for a connection.</summary>
    /// <exception cref="EgressException">It may not be sent any more.</exception>
    public static void Check() => s_current.Value?.Ensure(isSent: false);

    private void Ensure(bool isSent)
    {
        if (!isValid())
        {
            _wasRefused = true;
            throw new EgressException(EgressErrors.NotSent, "The request was not sent: this process may have lost its execution, or the execution's time is over.", isTransient: true);
        }

        _wasUsed |= isSent;
    }
}
