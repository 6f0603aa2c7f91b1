namespace Actant.CloudEvents;

/// <summary>In which way a message carries events.</summary>
public enum EventMode
{
    /// <summary>It carries none.</summary>
    None,

    /// <summary>The body is an event.</summary>
    Structured,

    /// <summary>The body is the data of an event, whose attributes are headers.</summary>
    Binary,

    /// <summary>The body is a list of events.</summary>
    Batch,

    /// <summary>It carries events in a format that is not read, such as XML.</summary>
    Foreign,
}
