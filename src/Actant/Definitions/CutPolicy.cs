namespace Actant.Definitions;

/// <summary>What becomes of an answer that was cut off or filtered. Its calls are never made.</summary>
public enum CutPolicy
{
    /// <summary>A text is the answer, and says why it ended; one that demands calls is a failure.</summary>
    Default,

    /// <summary>It is a failure, <c>answer_cut</c>.</summary>
    Fail,

    /// <summary>It is asked for again, as often as <c>on_error</c> says; then it is a failure.</summary>
    Retry,

    /// <summary>Its text is the answer; calls in it are left out.</summary>
    Accept,
}
