using Actant.Storage;

namespace Actant.Outbox;

/// <summary>Delivers from one thread of a tenant to another: starts and cancels of children, and their ends.</summary>
internal interface IThreadDeliveries
{
    /// <summary>Tries once; may be tried again although it got through.</summary>
    /// <param name="delivery">What.</param>
    /// <param name="note">What it says.</param>
    /// <param name="isLast">Whether no other try follows: nobody may go on waiting for it.</param>
    /// <param name="cancellationToken">The time of the try is over, or the process stops.</param>
    ValueTask<SendResult> SendAsync(OutboxDelivery delivery, DeliveryNote note, bool isLast, CancellationToken cancellationToken);
}
