using System.Text.Json.Serialization;
using Actant.AspNetCore.Answers;

namespace Actant.AspNetCore.Access;

/// <summary>Answers about keys.</summary>
[JsonSerializable(typeof(TokenView))]
[JsonSerializable(typeof(TokenListView))]
internal sealed partial class TokenJson : JsonSerializerContext
{
    public static TokenJson Wire { get; } = new(WireJson.CreateOptions());
}
