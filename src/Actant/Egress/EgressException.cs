namespace Actant.Egress;

/// <summary>Thrown by guarded clients: the request was refused, or did not get an answer.</summary>
public sealed class EgressException : HttpRequestException
{
    internal EgressException(string code, string message, Exception? inner = null, bool requestLeft = false, bool isTransient = false)
        : base(message, inner)
    {
        Failure = new Failure { Code = code, Message = message, Transient = isTransient };
        RequestLeft = requestLeft;
    }

    /// <summary>A code of <see cref="EgressErrors"/>, what happened and how to mend it; names no secret and no query.</summary>
    public Failure Failure { get; }

    /// <summary>Whether the other side may have seen the request.</summary>
    public bool RequestLeft { get; }

    /// <summary>The same of a request that another one, which had left, led to: the other side saw that one.</summary>
    internal EgressException AfterAnother() =>
        RequestLeft ? this : new(Failure.Code, Failure.Message, this, requestLeft: true, Failure.Transient);
}
