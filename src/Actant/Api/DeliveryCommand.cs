namespace Actant.Api;

/// <summary>Sends a delivery again that was given up.</summary>
/// <param name="Delivery">Its id, as it was sent.</param>
public sealed record DeliveryCommand(string Delivery)
{
    /// <summary>Reads one that has no fields.</summary>
    public static Reply<DeliveryCommand> Read(CommandFields fields, string delivery) => fields.Read(new DeliveryCommand(delivery));
}
