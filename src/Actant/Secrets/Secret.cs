using System.Text.Json.Serialization;

namespace Actant.Secrets;

/// <summary>A value that must not be seen: prints as <c>***</c>, and serialising it is an error.</summary>
/// <param name="value">The value; at most 64 KiB are held by the sources.</param>
[JsonConverter(typeof(SecretConverter))]
public sealed class Secret(string value)
{
    /// <summary>The value, for the one call that needs it.</summary>
    public string Reveal() => value;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";
}
