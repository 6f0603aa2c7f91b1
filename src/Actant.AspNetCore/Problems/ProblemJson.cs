using System.Text.Json.Serialization;
using Actant.Api;

namespace Actant.AspNetCore.Problems;

/// <summary>Answers about problems.</summary>
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    public static ProblemJson Wire { get; } = new(WireJson.CreateOptions());
}
