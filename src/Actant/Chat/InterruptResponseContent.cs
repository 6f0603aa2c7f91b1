using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Actant.Chat;

/// <summary>An answer to an <see cref="InterruptRequestContent"/>.</summary>
/// <param name="requestId">The id of the request.</param>
/// <param name="answer">The answer; it must fit the question's schema.</param>
public sealed class InterruptResponseContent(string requestId, JsonElement answer) : InputResponseContent(requestId)
{
    /// <summary>The answer.</summary>
    public JsonElement Answer { get; } = answer;
}
