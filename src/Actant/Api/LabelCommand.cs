namespace Actant.Api;

/// <summary>Sets or removes a label of an agent.</summary>
public sealed record LabelCommand
{
    /// <summary>The agent's name or id.</summary>
    public required string Agent { get; init; }

    /// <summary>The label.</summary>
    public required string Label { get; init; }

    /// <summary>The version that it stands for from now on; <c>null</c> where it is removed.</summary>
    public long? Version { get; init; }

    /// <summary>Reads one that sets the label.</summary>
    public static Reply<LabelCommand> Read(JsonFields fields, string agent, string label) =>
        fields.Read(new LabelCommand { Agent = agent, Label = label, Version = fields.RequiredNumber("version", 1, long.MaxValue) });
}
