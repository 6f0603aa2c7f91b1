using Actant.Storage;

namespace Actant.Api;

/// <summary>Asks for a page of executions.</summary>
public sealed record ListExecutionsCommand
{
    /// <summary>Which ones.</summary>
    public required ExecutionFilter Filter { get; init; }

    /// <summary>Which page.</summary>
    public required PageCommand Page { get; init; }

    /// <summary>Reads one.</summary>
    public static Reply<ListExecutionsCommand> Read(CommandFields fields) => fields.Read(new ListExecutionsCommand
    {
        Filter = new ExecutionFilter
        {
            Status = fields.Word("status", Words.Statuses.Keys) is { } word ? Words.Statuses[word] : null,
            Agent = fields.Name("agent"),
            Thread = fields.Name("thread_id"),
            Subject = fields.Name("subject"),
            Batch = fields.Name("batch"),
            Root = fields.Execution("root_execution_id"),
            Labels = TagFields.ReadWanted(fields, "label", ExecutionTags.MaxLabels),
        },
        Page = PageCommand.Of(fields),
    });
}
