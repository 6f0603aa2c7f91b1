namespace Actant.Api;

/// <summary>Asks about one execution, or that it be started or stopped.</summary>
/// <param name="Execution">Its id, as it was sent.</param>
public sealed record ExecutionCommand(string Execution)
{
    /// <summary>Reads one that has no fields.</summary>
    public static Reply<ExecutionCommand> Read(CommandFields fields, string execution) => fields.Read(new ExecutionCommand(execution));
}
