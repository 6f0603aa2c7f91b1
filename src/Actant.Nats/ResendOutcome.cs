namespace Actant.Nats;

/// <summary>What came of sending a dead letter again.</summary>
public enum ResendOutcome
{
    /// <summary>It is a job again, and no dead letter any more.</summary>
    Sent,

    /// <summary>There is no such dead letter.</summary>
    Missing,

    /// <summary>Its body was too large to be kept: only whoever sent it can do so again.</summary>
    WithoutBody,

    /// <summary>The stream of jobs still remembers the id of the message and takes it for a repetition: after the stream's duplicate window it does not.</summary>
    TooEarly,
}
