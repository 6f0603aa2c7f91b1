using Microsoft.Extensions.AI;

namespace Actant.Testing.Vendors;

/// <summary>What a vendor's model is given.</summary>
/// <param name="Model">Which one is asked.</param>
/// <param name="System">Its instructions.</param>
/// <param name="Messages">The conversation without them.</param>
/// <param name="Tools">The names of the tools that it may call.</param>
public sealed record VendorConversation(string Model, string System, IReadOnlyList<ChatMessage> Messages, IReadOnlyList<string> Tools);
