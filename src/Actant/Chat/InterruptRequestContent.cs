using System.Text.Json;
using Actant.Journaling;
using Microsoft.Extensions.AI;

namespace Actant.Chat;

/// <summary>
/// An agent asks a person. Send what <see cref="Answer"/> makes, in a message on the same conversation, and the execution goes
/// on. Tools that need approval ask with <see cref="ToolApprovalRequestContent"/> instead.
/// </summary>
/// <param name="interrupt">The question.</param>
public sealed class InterruptRequestContent(Interrupt interrupt) : InputRequestContent(interrupt.Id)
{
    /// <summary>The question: its prompt, and the JSON Schema of an answer if it has one.</summary>
    public Interrupt Interrupt { get; } = interrupt;

    /// <summary>The answer as a content to send.</summary>
    public InterruptResponseContent Answer(JsonElement answer) => new(RequestId, answer);
}
