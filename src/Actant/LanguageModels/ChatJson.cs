using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Actant.LanguageModels;

/// <summary>What chat messages hold as JSON.</summary>
internal static class ChatJson
{
    /// <summary>Without white space, for which models and journals pay; as deep as anything is read, so that writing never fails over depth that is judged elsewhere.</summary>
    public static JsonSerializerOptions Options { get; } = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false, MaxDepth = JsonLimits.DecodeDepth };
}
