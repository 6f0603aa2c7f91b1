namespace Actant.Api;

/// <summary>Asks for a page of the versions of an agent.</summary>
/// <param name="Agent">Its name or id.</param>
/// <param name="Page">Which page.</param>
public sealed record ListVersionsCommand(string Agent, PageCommand Page)
{
    /// <summary>Reads one.</summary>
    public static Reply<ListVersionsCommand> Read(CommandFields fields, string agent) => fields.Read(new ListVersionsCommand(agent, PageCommand.Of(fields)));
}
