namespace Actant.Sqlite;

/// <summary>What a write does.</summary>
internal interface IWriteWork
{
    /// <summary>Does the work inside the open transaction; may be called again after a rollback.</summary>
    void Execute(WriteScope scope);
}
