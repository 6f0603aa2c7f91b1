namespace Actant.Api;

/// <summary>Asks for a page of what is still to be delivered, or was given up.</summary>
/// <param name="Dead">Whether of what was given up.</param>
/// <param name="Page">Which page.</param>
public sealed record ListDeliveriesCommand(bool Dead, PageCommand Page)
{
    /// <summary>Reads one.</summary>
    public static Reply<ListDeliveriesCommand> Read(CommandFields fields)
    {
        var status = fields.Word("status", [DeliveryView.Dead, DeliveryView.Waiting]);
        return fields.Read(new ListDeliveriesCommand(status != DeliveryView.Waiting, PageCommand.Of(fields)));
    }
}
