namespace Actant.Storage;

/// <summary>What became of a change of a record.</summary>
public enum RecordOutcome
{
    /// <summary>It is stored.</summary>
    Stored,

    /// <summary>The newest version is another one than expected: somebody else was first.</summary>
    Conflict,

    /// <summary>Another record of the kind has the name.</summary>
    NameTaken,

    /// <summary>There is no such record.</summary>
    NotFound,
}
